import Execution
import HTTPTypes
import Hummingbird
import Logging
import Logs
import Model
import Store

/// Turns every error below it into Rundeck's error body, for paths of the API and of pages.
struct ErrorAnswers: RouterMiddleware {
  typealias Context = APIContext
  let table: RouteTable

  func handle(
    _ request: Request, context: APIContext,
    next: (Request, APIContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error where !request.uri.path.hasPrefix("/agent/") {
      return answer(error, request, context.logger).response
    }
  }

  private func answer(_ error: any Error, _ request: Request, _ logger: Logger) -> APIError {
    switch error {
    case let error as APIError: return error
    case let error as HTTPError where error.status == .notFound: return notFound(request)
    case let error as HTTPError:
      return APIError(
        error.status, "api.error.invalid.request", error.body ?? error.status.reasonPhrase)
    case let error as StoreError: return answer(error, logger)
    case let error as LaunchError: return APIError(error)
    case let error as AbortError: return APIError(error)
    case LogError.store(let error): return answer(error, logger)
    case LogError.stored(let reason, true):
      logger.warning("a stored log was not read", metadata: ["reason": "\(reason)"])
      return .unavailable("The log storage is not available at the moment, try again")
    case LogError.stored(let reason, false):
      logger.error("a stored log cannot be read", metadata: ["reason": "\(reason)"])
      return APIError(
        .internalServerError, "api.error.execution.log.unreadable",
        "The stored log cannot be read: \(reason)")
    default:
      logger.error("a request failed", metadata: ["error": "\(error)"])
      return APIError(.internalServerError, "api.error.unknown", "An internal error occurred")
    }
  }

  /// A path that other methods have gets a 405 that names them.
  private func notFound(_ request: Request) -> APIError {
    let methods = Set(table.methods(of: request.uri.path).map(\.rawValue)).sorted()
    guard !methods.isEmpty else { return .unknownRequest(request.uri.path) }
    let allowed = methods.joined(separator: ", ")
    var error = APIError(
      .methodNotAllowed, "api.error.invalid.request",
      "The method \(request.method) is not allowed for \(request.uri.path); allowed: \(allowed)")
    error.headers[.allow] = allowed
    return error
  }

  private func answer(_ error: StoreError, _ logger: Logger) -> APIError {
    logger.error("the store failed", metadata: ["error": "\(error)"])
    return error.isRetryable
      ? .unavailable("The database is not available at the moment, try again")
      : APIError(.internalServerError, "api.error.unknown", "An internal error occurred")
  }
}

extension APIError {
  init(_ error: LaunchError) {
    let message = error.description
    switch error {
    case .noJob(let id): self = .missing(job: id.text)
    case .noProject(let name): self = .missing(project: name)
    case .executionDisabled:
      self.init(.badRequest, "api.error.item.unauthorized", message)
    case .passive, .projectDisabled:
      self.init(.badRequest, "api.error.execution.disabled", message)
    case .invalidOptions: self.init(.badRequest, "api.error.job.options-invalid", message)
    case .invalidFilter: self.init(.badRequest, "api.error.parameter.invalid", message)
    case .unsupported: self = .invalidRequest(message)
    case .alreadyRunning, .lineIsFull: self.init(.conflict, "api.error.execution.conflict", message)
    case .unavailable, .nobody: self = .unavailable(message)
    case .failed: self.init(.internalServerError, "api.error.execution.failed", message)
    }
  }

  init(_ error: AbortError) {
    switch error {
    case .noExecution(let id): self = .missing(execution: "\(id)")
    case .unavailable(let message): self = .unavailable(message)
    case .failed(let message):
      self.init(.internalServerError, "api.error.unknown", message)
    }
  }
}
