import Execution
import HTTPTypes
import Hummingbird
import Identity
import Model
import Store

// The values that an option may have now, those of its server or plugin included. Rundeck's documentation has no request for it:
// its pages ask.

extension API {
  var optionValueRoutes: [Route] {
    [
      .api(.get, "/job/{id}/option/{option}/values", .run, .job, optionValues),
      .api(.post, "/job/{id}/option/{option}/values", .run, .job, optionValues),
    ]
  }

  /// `option.NAME=VALUE`, or `{"options": {…}}`, says what the other options have.
  func optionValues(_ request: APIRequest) async throws -> Response {
    let job = try await requireJob(request.path("id"))
    let name = request.path("option")
    let wish = try RunWish(request.query, try await request.body())
    let values: OptionValues?
    do throws(RemoteValuesError) {
      values = try await dependencies.options.values(
        of: name, in: job.job, job.id, project: job.project, user: request.user,
        given: wish.options)
    } catch {
      throw APIError(
        .badGateway, "api.error.option.remote",
        "The values of option '\(name)' could not be fetched: \(error)")
    }
    guard let values else {
      throw APIError(
        .notFound, "api.error.item.doesnotexist", "Option does not exist: \(name)")
    }
    return .json(values.json(name))
  }
}

extension APIRequest {
  /// The name of whoever asks.
  fileprivate var user: String { context.principal?.user ?? "" }
}

extension OptionValues {
  func json(_ name: String) -> JSON {
    [
      "option": .text(name), "remote": .boolean(isRemote),
      "plugin": plugin.map { .text($0) } ?? .null, "enforced": .boolean(isEnforced),
      "dependsOn": .texts(dependsOn),
      "values": .array(
        choices.map {
          [
            "name": .text($0.name), "value": .text($0.value), "selected": .boolean($0.isSelected),
          ]
        }),
    ]
  }
}
