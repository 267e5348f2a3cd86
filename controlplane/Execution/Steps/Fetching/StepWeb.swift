import HTTPClient
import Synchronization

/// Requests of steps: redirects are followed within limits, certificates checked unless the step says otherwise.
final class StepWeb: Sendable {
  /// How a step wants to get to a server.
  struct Route: Sendable, Hashable {
    var verifies = true
    /// `http://host:port`; nil takes what the environment says.
    var proxy: String?
  }

  /// The most redirects that are followed.
  static let redirects = 5
  private static let mostClients = 16
  private let clients = Mutex<[Route: HTTPClient]>([:])

  /// The answer at the end of the redirects.
  ///
  /// Throws `StepFailure` when there is none, when it is larger than `limit` or takes longer than `time`, and for an
  /// address or a redirect that is neither http nor https.
  func send(
    _ request: HTTPRequest, route: Route = Route(), limit: Int, within time: Duration
  ) async throws(StepFailure) -> HTTPResponse {
    let end = ContinuousClock.now + time
    var request = request
    for _ in 0...Self.redirects {
      try Self.check(request.url)
      let rest = end - ContinuousClock.now
      guard rest > .zero else { throw .tooSlow(request.url, time) }
      request.timeouts = HTTPTimeouts(
        connect: min(rest, .seconds(10)), total: rest, idle: min(rest, .seconds(60)))
      let response = try await answer(to: request, route, limit: limit)
      guard let next = Self.redirect(response, of: request) else { return response }
      request = next
    }
    throw StepFailure("HTTPFailure", "\(request.url): more than \(Self.redirects) redirects")
  }

  private func answer(
    to request: HTTPRequest, _ route: Route, limit: Int
  ) async throws(StepFailure) -> HTTPResponse {
    do throws(HTTPClientError) {
      return try await client(route).send(request, limit: limit)
    } catch {
      throw StepFailure(error.code == .responseTooLarge ? "HTTPFailure" : "IOFailure", "\(error)")
    }
  }

  private static func check(_ address: String) throws(StepFailure) {
    guard StepAddress.isHTTP(address) else {
      throw StepFailure(
        "HTTPFailure", "'\(address.prefix(200))' is no address that begins with http:// or https://"
      )
    }
  }

  /// The request that follows a redirect; nil for an answer that is none. What was meant for one server is not sent to
  /// another.
  private static func redirect(_ response: HTTPResponse, of request: HTTPRequest) -> HTTPRequest? {
    guard [301, 302, 303, 307, 308].contains(response.status),
      let location = response.headers["Location"]
    else { return nil }
    var next = request
    next.url = StepAddress.resolve(location, from: request.url)
    if response.status < 307, request.method != "GET", request.method != "HEAD" {
      next.method = "GET"
      next.body = nil
      next.headers["Content-Type"] = nil
    }
    if StepAddress.origin(next.url) != StepAddress.origin(request.url) {
      next.headers["Authorization"] = nil
      next.headers["Cookie"] = nil
    }
    return next
  }

  private func client(_ route: Route) -> HTTPClient {
    clients.withLock { clients in
      if let client = clients[route] { return client }
      var configuration = HTTPClientConfiguration()
      configuration.verification = route.verifies ? .full : .off
      if let proxy = route.proxy { configuration.proxy = .url(proxy) }
      let client = HTTPClient(configuration: configuration)
      if clients.count >= Self.mostClients { clients.removeAll() }
      clients[route] = client
      return client
    }
  }
}

extension StepFailure {
  static func tooSlow(_ address: String, _ time: Duration) -> StepFailure {
    StepFailure("IOFailure", "\(address): no answer within \(time.components.seconds) s")
  }
}
