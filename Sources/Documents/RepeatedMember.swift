/// The first member, in document order, whose key an earlier one has already; nil when all differ.
///
/// Sorting keeps a map with very many keys from costing the square of their number.
public func firstRepeatedMember(_ members: [Member]) -> Member? {
  if members.count < 2 { return nil }
  let order = members.indices.sorted { a, b in
    if members[a].key.bytesPrecede(members[b].key) { return true }
    if members[b].key.bytesPrecede(members[a].key) { return false }
    return a < b
  }
  var first: Int?
  for (left, right) in zip(order, order.dropFirst())
  where members[left].key.sameBytes(as: members[right].key) {
    first = min(first ?? right, right)
  }
  return first.map { members[$0] }
}
