import Model
import Store

/// Whoever waits for a launch: somebody who asked for it, or the scheduler.
enum LaunchAnswer: Sendable {
  case request(Answer<ExecutionRecord, LaunchError>)
  case fire(Answer<FireAnswer, Never>)

  var isGiven: Bool {
    switch self {
    case .request(let answer): answer.isGiven
    case .fire(let answer): answer.isGiven
    }
  }

  func launched(_ record: ExecutionRecord) {
    switch self {
    case .request(let answer): answer.give(.success(record))
    case .fire(let answer): answer.give(.success(.ran(record.id)))
    }
  }

  func refuse(_ error: LaunchError) {
    switch self {
    case .request(let answer): answer.give(.failure(error))
    case .fire(let answer): answer.give(.success(FireAnswer(error)))
    }
  }
}
