/// What kind of decision a record of the decisions' log is about.
///
/// Not an enumeration: a newer member may write kinds that this program does not know.
public struct DecisionKind: RawRepresentable, Sendable, Hashable, Codable,
  CustomStringConvertible
{
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public var description: String { rawValue }

  /// A member's term was ended by another member.
  public static let fence = DecisionKind(rawValue: "fence")
  /// Schedules got another owner because theirs died or left, or because someone asked for it.
  public static let takeover = DecisionKind(rawValue: "takeover")
  /// An execution got another owner because its own died.
  public static let adoption = DecisionKind(rawValue: "adoption")
  /// A member gave away what it owned in order to leave.
  public static let handover = DecisionKind(rawValue: "handover")
  /// A member was chosen to carry an execution.
  public static let forward = DecisionKind(rawValue: "forward")
  /// Another member was chosen because the first did not claim the execution in time.
  public static let redecision = DecisionKind(rawValue: "redecision")
  /// An execution could not be carried on and was ended.
  public static let incomplete = DecisionKind(rawValue: "incomplete")
  /// A member lost its term and began a new one.
  public static let registration = DecisionKind(rawValue: "registration")
  /// A member was made active or passive.
  public static let mode = DecisionKind(rawValue: "mode")
  /// A run found no room beside other executions of its job: it waits, or begins now that it has waited.
  public static let overlap = DecisionKind(rawValue: "overlap")
  /// A member was told to drain.
  public static let drain = DecisionKind(rawValue: "drain")
}
