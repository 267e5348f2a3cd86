import CCurl

/// What happens on the event thread: carries out commands, moves bytes, sleeps.
final class TransferLoop {
  private let multi: MultiHandle
  private let thread: TransferThread
  private let configuration: HTTPClientConfiguration
  private var transfers: [UnsafeMutableRawPointer: Transfer] = [:]
  private let clock = ContinuousClock()

  init(multi: MultiHandle, thread: TransferThread, configuration: HTTPClientConfiguration) {
    self.multi = multi
    self.thread = thread
    self.configuration = configuration
  }

  /// Until the thread is stopped.
  func run() {
    while let commands = thread.takeCommands() {
      for command in commands { perform(command) }
      var running: Int32 = 0
      curl_multi_perform(multi.pointer, &running)
      settleFinished()
      let wait = settleIdle()
      curl_multi_poll(multi.pointer, nil, 0, wait, nil)
    }
    tearDown()
  }

  private func perform(_ command: TransferThread.Command) {
    switch command {
    case .start(let exchange): start(exchange)
    case .cancel(let exchange): transfer(of: exchange).map { remove($0) }
    case .resumeReceiving(let exchange): transfer(of: exchange)?.resumeReceiving(at: clock.now)
    case .resumeSending(let exchange): transfer(of: exchange)?.resumeSending(at: clock.now)
    }
  }

  private func start(_ exchange: Exchange) {
    guard !exchange.isFinished else { return }
    guard
      let transfer = Transfer(
        exchange, thread: thread, configuration: configuration, clock: clock)
    else {
      exchange.finish(.failure(exchange.failure(.other, "libcurl has no memory")))
      return
    }
    let added = curl_multi_add_handle(multi.pointer, transfer.easy)
    guard added == CURLM_OK else {
      let message = String(cString: curl_multi_strerror(added))
      exchange.finish(.failure(exchange.failure(.other, message)))
      return
    }
    transfers[transfer.easy] = transfer
  }

  private func settleFinished() {
    var result = CURLE_OK
    while let easy = qd_finished(multi.pointer, &result) {
      guard let transfer = transfers[easy] else { continue }
      let outcome = transfer.outcome(of: result)
      remove(transfer)
      transfer.exchange.finish(outcome)
    }
  }

  /// Ends transfers that have been idle too long; milliseconds until the next may have been.
  private func settleIdle() -> Int32 {
    let now = clock.now
    var wait = Duration.seconds(3600)
    for transfer in transfers.values {
      guard let deadline = transfer.idleDeadline else { continue }
      guard deadline <= now else {
        wait = min(wait, now.duration(to: deadline))
        continue
      }
      remove(transfer)
      transfer.exchange.finish(.failure(transfer.idleFailure))
    }
    return Int32(wait.wholeMilliseconds)
  }

  private func transfer(of exchange: Exchange) -> Transfer? {
    transfers.values.first { $0.exchange === exchange }
  }

  private func remove(_ transfer: Transfer) {
    curl_multi_remove_handle(multi.pointer, transfer.easy)
    transfers[transfer.easy] = nil
  }

  private func tearDown() {
    for transfer in transfers.values {
      curl_multi_remove_handle(multi.pointer, transfer.easy)
      transfer.exchange.refuse()
    }
    transfers = [:]
    for case .start(let exchange) in thread.takeLateCommands() { exchange.refuse() }
    multi.free()
  }
}

extension Duration {
  /// Rounded up, so that a wait of this long is never too short.
  var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
  }
}
