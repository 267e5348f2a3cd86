import Logging
import Model

/// Says once that renewals fail, once that the lease ran out over it, and once that it is over.
struct RenewalFailures {
  private let logger: Logger
  private var count = 0
  private var isLapseTold = false

  init(logger: Logger) { self.logger = logger }

  mutating func failed(_ term: Term, _ error: any Error, isHeld: Bool) {
    count += 1
    if count == 1 {
      logger.warning(
        "The heartbeat was not stored", metadata: ["term": "\(term)", "error": "\(error)"])
    }
    guard !isHeld, !isLapseTold else { return }
    isLapseTold = true
    logger.error(
      "This member acts no more until it reaches the database again",
      metadata: ["term": "\(term)", "failures": "\(count)"])
  }

  mutating func succeeded(_ term: Term) {
    guard count > 0 else { return }
    logger.log(
      level: isLapseTold ? .notice : .debug, "The heartbeat is stored again",
      metadata: ["term": "\(term)", "failures": "\(count)"])
    self = RenewalFailures(logger: logger)
  }
}

/// The database did not answer a heartbeat for as long as an answer would have been of use.
struct RenewalUnanswered: Error, CustomStringConvertible {
  var description: String { "the database did not answer in time" }
}
