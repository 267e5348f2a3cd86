/// The receiving half of an exchange: decides who is woken with what; touches nothing outside.
struct Inbox {
  typealias Head = Result<HTTPResponseHead, HTTPClientError>
  typealias Whole = Result<HTTPResponse, HTTPClientError>
  typealias Piece = Result<[UInt8]?, HTTPClientError>

  /// What becomes of the body.
  enum Mode {
    case collect(limit: Int)
    case stream(window: Int)
  }

  /// A task that waits.
  enum Waiter {
    case head(CheckedContinuation<Head, Never>)
    case whole(CheckedContinuation<Whole, Never>)
    case piece(CheckedContinuation<Piece, Never>)
  }

  /// What the transfer does with the bytes it brought.
  enum Reception: Equatable {
    case taken
    /// None was taken: bring them again after the reader has made room.
    case paused
    case tooLarge(limit: Int)
  }

  /// What is to be done outside the lock.
  enum Wake {
    case nobody
    case head(CheckedContinuation<Head, Never>, Head)
    case whole(CheckedContinuation<Whole, Never>, Whole)
    case piece(CheckedContinuation<Piece, Never>, Piece)

    func act() {
      switch self {
      case .nobody: break
      case .head(let continuation, let result): continuation.resume(returning: result)
      case .whole(let continuation, let result): continuation.resume(returning: result)
      case .piece(let continuation, let result): continuation.resume(returning: result)
      }
    }
  }

  private let mode: Mode
  private var head: HTTPResponseHead?
  private var bytes: [UInt8] = []
  private var isPaused = false
  private var outcome: Result<Void, HTTPClientError>?
  private var waiter: Waiter?

  init(mode: Mode) { self.mode = mode }

  var isFinished: Bool { outcome != nil }

  /// Registers a waiter, or says at once what it gets.
  mutating func wait(_ newWaiter: Waiter) -> Wake {
    precondition(waiter == nil, "a response body has one reader at a time")
    waiter = newWaiter
    return wake()
  }

  mutating func receive(_ newHead: HTTPResponseHead) -> Wake {
    guard outcome == nil else { return .nobody }
    head = newHead
    return wake()
  }

  mutating func receive(_ new: UnsafeRawBufferPointer) -> (Reception, Wake) {
    switch mode {
    case .collect(let limit) where bytes.count + new.count > limit:
      return (.tooLarge(limit: limit), .nobody)
    case .stream(let window) where !bytes.isEmpty && bytes.count + new.count > window:
      isPaused = true
      return (.paused, .nobody)
    case .collect, .stream:
      bytes.append(contentsOf: new)
      return (.taken, wake())
    }
  }

  /// Whether the transfer waits for room and now has it.
  mutating func unpause() -> Bool {
    guard isPaused, bytes.isEmpty, outcome == nil else { return false }
    isPaused = false
    return true
  }

  /// Ends it all, once: nil when it had ended before. Success without a head is a failure.
  mutating func finish(_ new: Result<Void, HTTPClientError>, label: String) -> Wake? {
    guard outcome == nil else { return nil }
    outcome = new
    if case .success = new, head == nil {
      outcome = .failure(
        HTTPClientError(.protocolViolation, message: "no answer", request: label))
    }
    // What came before a failure is still the reader's; after a cancellation there is no reader.
    if case .failure(let error) = new, error.code == .cancelled { bytes = [] }
    return wake()
  }

  private mutating func wake() -> Wake {
    let wake = decide()
    if case .nobody = wake { return wake }
    waiter = nil
    return wake
  }

  private mutating func decide() -> Wake {
    switch waiter {
    case nil:
      return .nobody
    case .head(let continuation):
      if let head { return .head(continuation, .success(head)) }
      guard case .failure(let error) = outcome else { return .nobody }
      return .head(continuation, .failure(error))
    case .whole(let continuation):
      guard let result = whole() else { return .nobody }
      return .whole(continuation, result)
    case .piece(let continuation):
      guard let result = piece() else { return .nobody }
      return .piece(continuation, result)
    }
  }

  private mutating func whole() -> Whole? {
    guard let outcome else { return nil }
    return outcome.map {
      HTTPResponse(head: head ?? HTTPResponseHead(status: 0, headers: [:]), body: bytes)
    }
  }

  private mutating func piece() -> Piece? {
    if !bytes.isEmpty {
      defer { bytes = [] }
      return .success(bytes)
    }
    return outcome.map { outcome in outcome.map { nil } }
  }
}
