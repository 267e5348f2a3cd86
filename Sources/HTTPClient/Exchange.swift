import Synchronization

/// What a transfer on the event thread and the tasks that wait for it share.
final class Exchange: Sendable {
  let request: HTTPRequest
  /// Method and address without secrets, for messages.
  let label: String
  private let inbox: Mutex<Inbox>
  let outbox: Outbox

  /// Throws `badURL` or `badRequest` before anything is sent.
  init(_ request: HTTPRequest, mode: Inbox.Mode) throws(HTTPClientError) {
    try request.check()
    self.request = request
    label = request.label
    inbox = Mutex(Inbox(mode: mode))
    outbox = Outbox(request.body)
  }

  var isFinished: Bool { inbox.withLock { $0.isFinished } }

  func failure(
    _ code: HTTPClientError.Code, curlName: String? = nil, _ message: String
  ) -> HTTPClientError {
    HTTPClientError(code, curlName: curlName, message: message, request: label)
  }

  func awaitHead(_ continuation: CheckedContinuation<Inbox.Head, Never>) {
    inbox.withLock { $0.wait(.head(continuation)) }.act()
  }

  func awaitWhole(_ continuation: CheckedContinuation<Inbox.Whole, Never>) {
    inbox.withLock { $0.wait(.whole(continuation)) }.act()
  }

  /// Serves or registers the reader; whether the transfer had been paused and may go on.
  func take(_ continuation: CheckedContinuation<Inbox.Piece, Never>) -> Bool {
    let (wake, resumes) = inbox.withLock { inbox in
      let wake = inbox.wait(.piece(continuation))
      return (wake, inbox.unpause())
    }
    wake.act()
    return resumes
  }

  func receive(_ head: HTTPResponseHead) { inbox.withLock { $0.receive(head) }.act() }

  func receive(_ bytes: UnsafeRawBufferPointer) -> Inbox.Reception {
    let (reception, wake) = inbox.withLock { $0.receive(bytes) }
    wake.act()
    return reception
  }

  /// Ends the exchange; false when it had ended before, and then nothing changes.
  @discardableResult
  func finish(_ outcome: Result<Void, HTTPClientError>) -> Bool {
    guard let wake = inbox.withLock({ $0.finish(outcome, label: label) }) else { return false }
    wake.act()
    outbox.close()
    return true
  }
}
