public import Model

/// One attempt of one step on one node, for one agent.
public struct Assignment: WireMessage {
  public var id: AssignmentID
  public var execution: ExecutionID
  public var epoch: Epoch
  public var specification: StepSpecification

  public init(
    id: AssignmentID, execution: ExecutionID, epoch: Epoch, specification: StepSpecification
  ) {
    self.id = id
    self.execution = execution
    self.epoch = epoch
    self.specification = specification
  }

  public func encode(into encoder: inout WireEncoder) {
    encoder.field(1, id.number)
    encoder.field(2, execution.number)
    encoder.field(3, epoch.number)
    encoder.field(4, specification)
  }

  public init(from decoder: inout WireDecoder) throws(WireError) {
    var id: Int64?
    var execution: Int64?
    var epoch: Int64?
    var specification: StepSpecification?
    while let field = try decoder.next() {
      switch field.number {
      case 1: id = try field.signed
      case 2: execution = try field.signed
      case 3: epoch = try field.signed
      case 4: specification = try StepSpecification(bytes: field.bytes)
      default: continue
      }
    }
    self.id = AssignmentID(try id.required("assignment.id"))
    self.execution = ExecutionID(try execution.required("assignment.execution"))
    self.epoch = Epoch(try epoch.required("assignment.epoch"))
    self.specification = try specification.required("assignment.specification")
  }
}

/// What a member tells an agent through its stream.
public enum Command: Sendable, Hashable {
  /// First on every stream. No byte for three ping intervals means that the member is gone.
  case welcome(member: MemberID, pingIntervalMilliseconds: UInt64)
  /// Start this step, unless it was started before.
  case assign(Assignment)
  /// End this step's whole process tree: SIGTERM, then SIGKILL after the grace.
  case kill(
    assignment: AssignmentID, execution: ExecutionID, epoch: Epoch, graceMilliseconds: UInt64)
  /// From now on commands for this execution come as of this epoch; those of a lower one are refused. Agents that do
  /// not know it pass over it.
  case adopted(execution: ExecutionID, epoch: Epoch)
  /// Everything of this assignment is stored, or nobody wants it: delete its spool.
  case forget(AssignmentID)
  case ping
  /// The member is stopping: connect again at once.
  case goodbye
}

extension Command: WireMessage {
  public func encode(into encoder: inout WireEncoder) {
    switch self {
    case .welcome(let member, let interval):
      encoder.field(1, UInt64(1))
      encoder.field(2, member.text)
      encoder.field(3, interval)
    case .assign(let assignment):
      encoder.field(1, UInt64(2))
      encoder.field(4, assignment)
    case .kill(let assignment, let execution, let epoch, let grace):
      encoder.field(1, UInt64(3))
      encoder.field(5, assignment.number)
      encoder.field(6, execution.number)
      encoder.field(7, epoch.number)
      encoder.field(8, grace)
    case .forget(let assignment):
      encoder.field(1, UInt64(4))
      encoder.field(5, assignment.number)
    case .ping: encoder.field(1, UInt64(5))
    case .goodbye: encoder.field(1, UInt64(6))
    case .adopted(let execution, let epoch):
      encoder.field(1, UInt64(7))
      encoder.field(6, execution.number)
      encoder.field(7, epoch.number)
    }
  }

  public init(from decoder: inout WireDecoder) throws(WireError) {
    var fields = CommandFields()
    while let field = try decoder.next() { try fields.take(field) }
    self = try fields.command()
  }
}

/// The fields of a command while they are read.
private struct CommandFields {
  var kind: UInt64?
  var member: String?
  var interval: UInt64?
  var assignment: Assignment?
  var id: Int64?
  var execution: Int64?
  var epoch: Int64?
  var grace: UInt64?

  mutating func take(_ field: WireDecoder.Field) throws(WireError) {
    switch field.number {
    case 1: kind = try field.unsigned
    case 2: member = try field.text
    case 3: interval = try field.unsigned
    case 4: assignment = try Assignment(bytes: field.bytes)
    case 5: id = try field.signed
    case 6: execution = try field.signed
    case 7: epoch = try field.signed
    case 8: grace = try field.unsigned
    default: return
    }
  }

  func command() throws(WireError) -> Command {
    switch try kind.required("command.kind") {
    case 1:
      return .welcome(
        member: MemberID(try member.required("welcome.member")),
        pingIntervalMilliseconds: try interval.required("welcome.pingInterval"))
    case 2: return .assign(try assignment.required("assign.assignment"))
    case 3:
      return .kill(
        assignment: AssignmentID(try id.required("kill.assignment")),
        execution: ExecutionID(try execution.required("kill.execution")),
        epoch: Epoch(try epoch.required("kill.epoch")), graceMilliseconds: grace ?? 5000)
    case 4: return .forget(AssignmentID(try id.required("forget.assignment")))
    case 5: return .ping
    case 6: return .goodbye
    case 7:
      return .adopted(
        execution: ExecutionID(try execution.required("adopted.execution")),
        epoch: Epoch(try epoch.required("adopted.epoch")))
    case let other: throw .unknownCommand(other)
    }
  }
}
