/// Asks until `probe` answers, at last every 20 ms; for what can only be seen by asking.
///
/// The limit ends a test that hangs. It is no statement on how long something takes: hundreds of tests share the
/// processors, so one waits for seconds now and then.
public func eventually<Value: Sendable>(
  _ what: String, within seconds: Int = 300, _ probe: () async throws -> Value?
) async throws -> Value {
  let clock = ContinuousClock()
  let end = clock.now.advanced(by: .seconds(seconds))
  var pause = Duration.milliseconds(2)
  while clock.now < end {
    if let value = try await probe() { return value }
    try await clock.sleep(for: pause)
    pause = min(pause * 2, .milliseconds(20))
  }
  throw NeverHappened(description: "not within \(seconds) s: \(what)")
}

/// Asks until it is so: only for what gives no signal. The limit is for hangs.
public func waitUntil(
  _ what: String, within seconds: Int = 300, _ isSo: () async throws -> Bool
) async throws {
  try await eventually(what, within: seconds) { try await isSo() ? () : nil }
}
