/// The bytes of an answer as they come. Read by one reader, once.
///
/// What was received meanwhile comes as one piece, so a piece may hold many lines or a part of one.
/// While a reader leaves `HTTPClientConfiguration.receiveBuffer` bytes untaken the server has to wait.
/// Dropping the body ends the transfer.
public struct HTTPResponseBody: AsyncSequence, Sendable {
  /// A piece, never empty.
  public typealias Element = [UInt8]
  /// The reading fails with this.
  public typealias Failure = HTTPClientError

  private let reading: BodyReading

  init(_ exchange: Exchange, client: HTTPClient) {
    reading = BodyReading(exchange, client: client)
  }

  /// The reader.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reading: reading) }

  /// Reads the body's pieces.
  public struct AsyncIterator: AsyncIteratorProtocol {
    let reading: BodyReading

    /// The next piece or nil at the end; throws when the transfer failed before its end. A
    /// cancelled task's call ends the transfer and throws `cancelled`.
    public mutating func next() async throws(HTTPClientError) -> [UInt8]? {
      try await reading.next()
    }

    /// As `next()`.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(HTTPClientError) -> [UInt8]? {
      try await reading.next()
    }
  }
}

/// The one owner of a body's transfer: when it goes, nobody can read any more and the transfer ends.
final class BodyReading: Sendable {
  private let exchange: Exchange
  private let client: HTTPClient

  init(_ exchange: Exchange, client: HTTPClient) {
    self.exchange = exchange
    self.client = client
  }

  deinit { client.end(exchange) }

  func next() async throws(HTTPClientError) -> [UInt8]? {
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        client.take(from: exchange, continuation)
      }
    } onCancel: {
      client.end(exchange)
    }
    return try result.get()
  }
}
