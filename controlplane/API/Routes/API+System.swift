import Glibc
import Hummingbird
import Identity
import Model
import Store

extension API {
  var systemRoutes: [Route] {
    [
      .api(.get, "/system/info", .read, .system, systemInfo),
      .open(.get, "/health", health),
      .open(.get, "/metrics", metrics),
    ]
  }

  func systemInfo(_ request: APIRequest) async throws -> Response {
    let mode = try await executionMode
    let running = try await dependencies.store.ask.executionHistory.unfinishedCount()
    let body = SystemInfoBody(
      server: dependencies.server, node: await dependencies.server.nodeName(),
      now: dependencies.now(), host: HostFacts.read(), mode: mode,
      running: running)
    return .json(body.json())
  }

  /// 200 while this member should get requests, 503 with the reason when not: what a load balancer asks. Needs no one.
  func health(_ request: APIRequest) async throws -> Response {
    let reason: Unfitness?
    if let cluster = dependencies.cluster {
      reason = await cluster.unfitness()
    } else {
      reason = (try? await dependencies.store.now()) == nil ? .database : nil
    }
    guard let reason else { return .json(["status": "UP"]) }
    return .json(
      ["status": "DOWN", "reason": .text(reason.rawValue)], status: .serviceUnavailable)
  }

  func metrics(_ request: APIRequest) async throws -> Response {
    let host = HostFacts.read()
    dependencies.metrics.gauge("process_resident_memory_bytes", []).set(Int64(host.residentBytes))
    dependencies.metrics.gauge("process_start_time_seconds", [])
      .set(Double(dependencies.server.startedAt.microseconds) / 1_000_000)
    for (name, value) in await dependencies.gauges() {
      dependencies.metrics.gauge(name, []).set(Int64(value))
    }
    return .text(dependencies.metrics.text(), type: PrometheusRegistry.contentType)
  }
}
