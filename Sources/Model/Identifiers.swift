/// The number of an execution, as Rundeck's API shows it.
public struct ExecutionID: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
  public let number: Int64
  public init(_ number: Int64) { self.number = number }
  public var description: String { String(number) }
  public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// The number of an assignment: one attempt of one step on one node.
public struct AssignmentID: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
  public let number: Int64
  public init(_ number: Int64) { self.number = number }
  public var description: String { String(number) }
  public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// A job's UUID (or whatever text its definition gives as `uuid`).
public struct JobID: Sendable, Hashable, Codable, CustomStringConvertible {
  public let text: String
  public init(_ text: String) { self.text = text }
  public var description: String { text }
}

/// An agent's UUID, given at its enrolment.
public struct AgentID: Sendable, Hashable, Codable, CustomStringConvertible {
  public let text: String
  public init(_ text: String) { self.text = text }
  public var description: String { text }
}

/// A member's UUID: `rundeck.server.uuid`.
public struct MemberID: Sendable, Hashable, Codable, CustomStringConvertible {
  public let text: String
  public init(_ text: String) { self.text = text }
  public var description: String { text }
}
