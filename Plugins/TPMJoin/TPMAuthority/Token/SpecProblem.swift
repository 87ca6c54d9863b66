/// One problem of a spec: a dotted path and what is wrong there.
public struct SpecProblem {
  public var path: String
  public var message: String
}
