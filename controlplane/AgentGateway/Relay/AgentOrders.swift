import Execution
import Logging
import Model
import Store
import Wire

/// Makes orders of stored assignments and puts them into the agents' streams.
struct AgentOrders: Sendable {
  let seal: SpecificationSeal
  let registry: AgentRegistry
  let logger: Logger

  /// How an agent ends what does not say how long its grace is.
  private static let grace: UInt64 = 10_000

  /// Pushes an assignment. False when the stream did not take it.
  func assign(_ record: AssignmentRecord, epoch: Epoch) throws(UnfitAssignment) -> Bool {
    let specification: StepSpecification
    do {
      specification = try seal.open(record.specification, for: record.id)
    } catch {
      logger.error(
        "An assignment's specification cannot be opened",
        metadata: ["assignment": "\(record.id)", "error": "\(error)"])
      throw UnfitAssignment(message: "Its specification cannot be opened: \(error)")
    }
    guard registry.canTake(specification, record.agent) else { throw .tooOld }
    let assignment = Wire.Assignment(
      id: record.id, execution: record.execution, epoch: epoch, specification: specification)
    return registry.send(.assign(assignment), to: record.agent)
  }

  /// Tells an agent to end a step. `record` says with which grace, where it is known.
  @discardableResult
  func kill(
    _ assignment: AssignmentID, of execution: ExecutionID, epoch: Epoch, on agent: AgentID,
    as record: AssignmentRecord?
  ) -> Bool {
    let specification = record.flatMap { try? seal.open($0.specification, for: $0.id) }
    return registry.send(
      .kill(
        assignment: assignment, execution: execution, epoch: epoch,
        graceMilliseconds: specification?.graceMilliseconds ?? Self.grace), to: agent)
  }
}

/// An assignment that its agent cannot be told: its specification cannot be opened, now or later, or the agent is too
/// old for it.
struct UnfitAssignment: Error {
  let message: String

  var outcome: AssignmentOutcome { .notStarted(message: message) }

  static let tooOld = UnfitAssignment(
    message: "The step needs an uploaded file, and the node's agent is too old to be given files: "
      + "install this version's agent there")
}
