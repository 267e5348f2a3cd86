import Hummingbird
import Logs
import Model
import Store

extension API {
  /// The output with the changes of the steps' states between its lines, or with `stateOnly` these alone.
  func outputState(_ request: APIRequest) async throws -> Response {
    let wish = try OutputWish(request)
    let execution = try await requireExecution(request.path("id"))
    let isAlone = try request.query.flag("stateOnly") ?? false
    let page =
      try await isAlone ? wholePage(execution, wish) : page(execution, wish)
    let rows = try await dependencies.store.ask.stepStates.rows(of: execution.id)
    var body = try await body(execution, page, wish, request)
    body.isCompacted = false
    let start = wish.lastLines == nil ? wish.offset : page.entries.first?.position ?? page.size
    body.mixed = StateEntries(rows).merged(
      into: page, after: try await logs(of: execution).time(before: start, of: execution.id),
      isWhole: isAlone || body.isCompleted, body)
    return .json(body.json())
  }
}
