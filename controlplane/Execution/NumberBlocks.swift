import Model
import Store

/// Numbers of executions and assignments that were taken from the store ahead of their use, so that a
/// launch is one round trip. What is left when the member stops stays a gap.
struct NumberBlocks: Sendable {
  private var executions: ArraySlice<Int64> = []
  private var assignments: ArraySlice<Int64> = []

  /// How many to take ahead.
  static let ahead = 16

  /// Whether that many are at hand.
  func covers(executions: Int, assignments: Int) -> Bool {
    self.executions.count >= executions && self.assignments.count >= assignments
  }

  /// The writes that bring both kinds to `ahead` more than is needed; none when enough is at hand.
  func refills(executions: Int = 0, assignments: Int = 0) -> [(ExecutionWrite.Numbers, Int)] {
    var refills: [(ExecutionWrite.Numbers, Int)] = []
    if self.executions.count < executions + Self.ahead / 2 {
      refills.append((.executions, max(executions, self.executions.count) + Self.ahead))
    }
    if self.assignments.count < assignments + Self.ahead / 2 {
      refills.append((.assignments, max(assignments, self.assignments.count) + Self.ahead))
    }
    return refills
  }

  /// Adds the block that ends with `last`.
  mutating func add(_ kind: ExecutionWrite.Numbers, count: Int, last: Int64) {
    let block = Array((last - Int64(count) + 1)...last)
    switch kind {
    case .executions: executions.append(contentsOf: block)
    case .assignments: assignments.append(contentsOf: block)
    }
  }

  /// The next execution number; there must be one.
  mutating func nextExecution() -> ExecutionID { ExecutionID(executions.removeFirst()) }

  /// The next assignment number; there must be one.
  mutating func nextAssignment() -> AssignmentID { AssignmentID(assignments.removeFirst()) }
}
