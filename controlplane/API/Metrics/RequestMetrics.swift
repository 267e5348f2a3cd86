import HTTPTypes
import Hummingbird
import Metrics

/// Counts requests by route, method and status, and measures how long they take until the answer's
/// head is ready.
struct RequestMetrics: RouterMiddleware {
  typealias Context = APIContext
  let registry: PrometheusRegistry

  func handle(
    _ request: Request, context: APIContext,
    next: (Request, APIContext) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    do {
      let response = try await next(request, context)
      count(request, context, response.status.code, start)
      return response
    } catch {
      count(request, context, (error as? HTTPError)?.status.code ?? 500, start)
      throw error
    }
  }

  private func count(
    _ request: Request, _ context: APIContext, _ status: Int, _ start: ContinuousClock.Instant
  ) {
    let route = context.endpointPath ?? "none"
    registry.counter(
      "quarterdeck_http_requests_total",
      [("method", request.method.rawValue), ("route", route), ("status", String(status))]
    ).increment(by: Int64(1))
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    registry.histogram("quarterdeck_http_request_duration_seconds", [("route", route)])
      .record(Double(seconds) + Double(attoseconds) * 1e-18)
  }
}
