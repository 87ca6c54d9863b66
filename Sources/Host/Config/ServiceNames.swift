import Documents

/// The names of services: as given, or the type with a running number.
struct ServiceNames {
  /// Names that tasks of the agent itself have, separated by blanks.
  private static let reserved = "ca-rotation crl-cache heartbeat identity spiffe-trust-bundle-cache"
    .split(separator: " ")

  /// One per service, in order. Wrong ones are reported and still there.
  let names: [String]

  init(_ services: [ServiceDraft], report: inout ConfigReport) {
    var names: [String] = []
    var count: [String: Int] = [:]
    var first: [String: Placed<String>] = [:]
    for service in services {
      count[service.type.value, default: 0] += 1
      let number = count[service.type.value, default: 1]
      let made = service.type.map { Self.default(type: $0, number: number) }
      if let name = service.name { Self.check(name, report: &report) }
      let name = service.name ?? made
      if let other = first[name.value] {
        report.refuse(
          name.place, "the service name \(name.value.excerpt) is that of \(other.place.short) too",
          hint: "give each service a `name` of its own")
      } else {
        first[name.value] = name
      }
      names.append(name.value)
    }
    self.names = names
  }

  /// The first `some/type` is called `some-type-1`: what a name cannot hold becomes a dash.
  static func `default`(type: String, number: Int) -> String {
    let letters = type.unicodeScalars.map { isAllowed($0) ? Character($0) : "-" }
    return String(letters) + "-\(number)"
  }

  private static func check(_ name: Placed<String>, report: inout ConfigReport) {
    guard name.value.unicodeScalars.allSatisfy(isAllowed), name.value.utf8.count <= 64 else {
      report.refuse(
        name.place, "\(name.label) is no service name: \(name.value.excerpt)",
        hint: "use at most 64 lower-case letters, digits, -, _ and +")
      return
    }
    if reserved.contains(where: { $0 == name.value }) {
      report.refuse(
        name.place, "\(name.label) is a name the agent uses itself: \(name.value.excerpt)",
        hint: "choose another one")
    }
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "0"..."9", "-", "_", "+": true
    default: false
    }
  }
}
