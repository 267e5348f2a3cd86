import CCurl

/// One request on its way through libcurl. Event thread only.
final class Transfer {
  let easy: UnsafeMutableRawPointer
  let exchange: Exchange
  private let thread: TransferThread
  private let clock: ContinuousClock
  private var parser = ResponseHeadParser()
  private var isReceivingPaused = false
  private var isSendingPaused = false
  private var lastActivity: ContinuousClock.Instant
  /// What a callback found wrong before libcurl was told to stop.
  private var refusal: HTTPClientError?
  private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
  private var headerList: UnsafeMutablePointer<curl_slist>?

  /// A transfer that is set up but not started; nil without memory.
  init?(
    _ exchange: Exchange, thread: TransferThread, configuration: HTTPClientConfiguration,
    clock: ContinuousClock
  ) {
    guard let easy = curl_easy_init() else { return nil }
    self.easy = easy
    self.exchange = exchange
    self.thread = thread
    self.clock = clock
    lastActivity = clock.now
    errorText.pointee = 0
    let options = TransferOptions(easy: easy)
    options.set(configuration)
    options.set(exchange.request, length: exchange.outbox.length)
    headerList = options.setHeaders(of: exchange.request, length: exchange.outbox.length)
    options.setCallbacks(context: Unmanaged.passUnretained(self).toOpaque(), errorText: errorText)
  }

  deinit {
    curl_easy_cleanup(easy)
    curl_slist_free_all(headerList)
    errorText.deallocate()
  }

  /// When this transfer has been idle too long; nil while it is our side that keeps it waiting.
  var idleDeadline: ContinuousClock.Instant? {
    guard let idle = exchange.request.timeouts.idle, !isReceivingPaused, !isSendingPaused else {
      return nil
    }
    return lastActivity.advanced(by: idle)
  }

  var idleFailure: HTTPClientError {
    let idle = exchange.request.timeouts.idle ?? .zero
    return exchange.failure(.idleTimedOut, "no byte for \(idle)")
  }

  /// What libcurl's result means for those who wait.
  func outcome(of result: CURLcode) -> Result<Void, HTTPClientError> {
    if let refusal { return .failure(refusal) }
    guard result != CURLE_OK else { return .success(()) }
    let detail = String(cString: errorText)
    return .failure(
      exchange.failure(
        CurlFailure.code(
          of: result, detail: detail, isConnected: qd_pretransfer_time(easy) > 0),
        curlName: CurlFailure.name(of: result),
        detail.isEmpty ? String(cString: curl_easy_strerror(result)) : detail))
  }

  func resumeReceiving(at now: ContinuousClock.Instant) {
    isReceivingPaused = false
    lastActivity = now
    applyPauses()
  }

  func resumeSending(at now: ContinuousClock.Instant) {
    isSendingPaused = false
    lastActivity = now
    applyPauses()
  }

  private func applyPauses() {
    curl_easy_pause(
      easy,
      (isReceivingPaused ? CURLPAUSE_RECV : 0) | (isSendingPaused ? CURLPAUSE_SEND : 0))
  }

  // MARK: libcurl's callbacks

  func receiveHeader(_ line: UnsafeRawBufferPointer) -> Int {
    lastActivity = clock.now
    if let head = parser.take(line) { exchange.receive(head) }
    return line.count
  }

  func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
    lastActivity = clock.now
    switch exchange.receive(bytes) {
    case .taken:
      return bytes.count
    case .paused:
      isReceivingPaused = true
      return qd_write_pause
    case .tooLarge(let limit):
      refusal = exchange.failure(.responseTooLarge, "the answer has more than \(limit) bytes")
      return 0
    }
  }

  func send(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    lastActivity = clock.now
    switch exchange.outbox.pull(into: buffer) {
    case .bytes(let count):
      return count
    case .end:
      return 0
    case .pause(let asks):
      isSendingPaused = true
      if asks { ask() }
      return qd_read_pause
    case .wrongLength:
      refusal = exchange.failure(.bodyFailed, "the body's length is not the one announced")
      return qd_read_abort
    }
  }

  private func ask() {
    exchange.outbox.ask(
      ready: { [exchange, thread] in thread.submit(.resumeSending(exchange)) },
      failed: { [exchange, thread] error in
        if exchange.finish(.failure(exchange.failure(.bodyFailed, "\(error)"))) {
          thread.submit(.cancel(exchange))
        }
      })
  }
}
