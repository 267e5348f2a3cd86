import Model
import Synchronization

/// A step that the member itself carries out.
struct MemberTask: Sendable {
  let execution: ExecutionID
  let key: StepKey
  /// Which run of the cell it is: what comes of any other changes nothing.
  let ticket: Ticket
  let step: any MemberStep
}

/// Tells the runs of a cell apart that this process made.
struct Ticket: Sendable, Hashable {
  private static let last = Atomic<Int>(0)
  private let number: Int

  /// A ticket that nobody else has.
  static func next() -> Ticket { Ticket(number: last.add(1, ordering: .relaxed).newValue) }
}
