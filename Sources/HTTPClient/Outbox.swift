import Synchronization

/// The sending half of an exchange: what the request's body still has to give.
final class Outbox: Sendable {
  /// What the transfer gets when it can send.
  enum Pull: Equatable {
    case bytes(Int)
    /// Nothing yet; the transfer is resumed when there is.
    case pause(asks: Bool)
    case end
    /// The stream broke its word about its length.
    case wrongLength
  }

  private struct State {
    var piece: [UInt8]
    var offset = 0
    var sent: Int64 = 0
    var isAtEnd: Bool
    var isAsking = false
    var isClosed = false
    var asking: Task<Void, Never>?
  }

  /// The body's length in bytes, or nil when it is not known.
  let length: Int64?
  private let next: (@Sendable () async throws -> [UInt8]?)?
  private let state: Mutex<State>

  init(_ body: HTTPRequestBody?) {
    switch body {
    case nil:
      (length, next) = (0, nil)
      state = Mutex(State(piece: [], isAtEnd: true))
    case .bytes(let bytes):
      (length, next) = (Int64(bytes.count), nil)
      state = Mutex(State(piece: bytes, isAtEnd: true))
    case .stream(let streamLength, let producer):
      (length, next) = (streamLength, producer)
      state = Mutex(State(piece: [], isAtEnd: false))
    }
  }

  /// Fills the transfer's buffer with what is at hand. Event thread only.
  func pull(into buffer: UnsafeMutableRawBufferPointer) -> Pull {
    state.withLock { state in
      let count = min(buffer.count, state.piece.count - state.offset)
      if count > 0 {
        state.piece.withUnsafeBytes { bytes in
          buffer.copyMemory(from: .init(rebasing: bytes[state.offset..<state.offset + count]))
        }
        state.offset += count
        state.sent += Int64(count)
        return length.map { state.sent > $0 } ?? false ? .wrongLength : .bytes(count)
      }
      if state.isAtEnd { return length.map { state.sent < $0 } ?? false ? .wrongLength : .end }
      defer { state.isAsking = true }
      return .pause(asks: !state.isAsking)
    }
  }

  /// Goes back to `offset`; only bytes that are all at hand can. Event thread only.
  func rewind(to offset: Int64) -> Bool {
    guard next == nil else { return false }
    return state.withLock { state in
      guard offset >= 0, offset <= Int64(state.piece.count) else { return false }
      state.offset = Int(offset)
      state.sent = offset
      return true
    }
  }

  /// Asks the stream for its next piece, then calls one of the two.
  func ask(
    ready: @escaping @Sendable () -> Void, failed: @escaping @Sendable (any Error) -> Void
  ) {
    guard let next else { return }
    let task = Task {
      do {
        var piece = try await next()
        while piece?.isEmpty == true { piece = try await next() }
        self.deposit(piece)
        ready()
      } catch {
        failed(error)
      }
    }
    let isClosed = state.withLock { state in
      state.asking = task
      return state.isClosed
    }
    if isClosed { task.cancel() }
  }

  /// Nobody will pull any more: a stream that is being asked is cancelled.
  func close() {
    let task = state.withLock { state in
      state.isClosed = true
      defer { state.asking = nil }
      return state.asking
    }
    task?.cancel()
  }

  private func deposit(_ piece: [UInt8]?) {
    state.withLock { state in
      state.isAsking = false
      state.piece = piece ?? []
      state.offset = 0
      state.isAtEnd = piece == nil
    }
  }
}
