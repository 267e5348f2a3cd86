/// One life of one member: every start of a member begins a new term.
///
/// Each write that a member makes for something it owns names its term, and the store refuses a term
/// that has ended.
public struct Term: Sendable, Hashable, Codable, CustomStringConvertible {
  public let member: MemberID
  /// Grows by one at each start of that member.
  public let incarnation: Int64

  public init(member: MemberID, incarnation: Int64) {
    self.member = member
    self.incarnation = incarnation
  }

  public var description: String { "\(member)#\(incarnation)" }
}

/// How often an execution has changed hands: 1 at its first claim, one more at each adoption. An agent
/// refuses a command with an epoch lower than the highest it saw for that execution.
public struct Epoch: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
  public let number: Int64
  public init(_ number: Int64) { self.number = number }
  public var next: Epoch { Epoch(number + 1) }
  public var description: String { String(number) }
  public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}
