/// HTTP requests over libcurl: one thread carries all transfers of a client and sleeps while there
/// is nothing to do. Connections are kept and used again.
///
/// Redirects are not followed: the answer is the first server's. The thread starts with the first
/// request and ends with `shutDown()` or when the client and all its response bodies are gone.
public final class HTTPClient: Sendable {
  private let configuration: HTTPClientConfiguration
  private let thread: TransferThread

  /// A client; costs nothing until its first request.
  public init(configuration: HTTPClientConfiguration = HTTPClientConfiguration()) {
    self.configuration = configuration
    thread = TransferThread(configuration: configuration)
  }

  deinit { thread.stop() }

  /// Sends a request and collects the whole answer.
  ///
  /// Throws `responseTooLarge` when the body has more than `limit` bytes (16 MiB by default), and the
  /// codes of `HTTPClientError`. Cancelling the task ends the transfer and throws `cancelled`.
  public func send(
    _ request: HTTPRequest, limit: Int = 16 * 1024 * 1024
  ) async throws(HTTPClientError) -> HTTPResponse {
    let exchange = try Exchange(request, mode: .collect(limit: limit))
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        exchange.awaitWhole(continuation)
        thread.submit(.start(exchange))
      }
    } onCancel: {
      end(exchange)
    }
    return try result.get()
  }

  /// Sends a request and returns as soon as the answer's header fields are here.
  ///
  /// The body is read from the result; dropping it ends the transfer. Throws the codes of
  /// `HTTPClientError`. Cancelling the task ends the transfer and throws `cancelled`.
  public func stream(
    _ request: HTTPRequest
  ) async throws(HTTPClientError) -> StreamingResponse {
    let exchange = try Exchange(request, mode: .stream(window: configuration.receiveBuffer))
    let body = HTTPResponseBody(exchange, client: self)
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        exchange.awaitHead(continuation)
        thread.submit(.start(exchange))
      }
    } onCancel: {
      end(exchange)
    }
    return StreamingResponse(head: try result.get(), body: body)
  }

  /// Ends every transfer with `shutDown`, refuses new ones so, and lets the thread go.
  public func shutDown() { thread.stop() }

  /// Gives the reader of a body what has come, or lets it wait.
  func take(
    from exchange: Exchange, _ continuation: CheckedContinuation<Inbox.Piece, Never>
  ) {
    if exchange.take(continuation) { thread.submit(.resumeReceiving(exchange)) }
  }

  /// Ends a transfer whose reader is no longer interested.
  func end(_ exchange: Exchange) {
    if exchange.finish(.failure(exchange.failure(.cancelled, "cancelled"))) {
      thread.submit(.cancel(exchange))
    }
  }
}
