import HTTPTypes
import Hummingbird
import Identity
import JobFormat
import Model

extension API {
  var jobOptionRoutes: [Route] {
    [
      .api(
        .post, "/project/{project}/jobs/validateOption", since: 47, .create, .job, validateOption)
    ]
  }

  /// JOB-11 and JOB-12: 200 for an option that a job could have, else 400 with what is wrong by field.
  func validateOption(_ request: APIRequest) async throws -> Response {
    let wish = try OptionWish(request.query, try await request.json())
    try await requireProject(request.path("project"))
    let problems = await wish.problems()
    return .json(
      ["valid": .boolean(problems.isEmpty), "messages": Self.messages(problems)],
      status: problems.isEmpty ? .ok : .badRequest)
  }

  private static func messages(_ problems: [JobProblem]) -> JSON {
    let byField = Dictionary(grouping: problems, by: \.field)
    return .object(
      byField.sorted { $0.key < $1.key }.map { field, problems in
        JSON.Member(key: field, value: .texts(problems.map(\.message)))
      })
  }
}

/// The option that a request asks about.
struct OptionWish: Sendable {
  let definition: JobValue
  let jobIsScheduled: Bool

  /// Other names of the option's keys that Rundeck documents for this request.
  private static let synonyms = [
    "defaultValue": "value", "defaultStoragePath": "storagePath", "optionValues": "values",
    "valuesList": "values", "secureInput": "secure", "secureExposed": "valueExposed",
  ]

  /// The option is the body itself or stands under `optionData` in it. `jobWasScheduled` is a parameter
  /// or a key of the body.
  init(_ query: Parameters, _ body: JSON) throws(APIError) {
    let option = body["optionData"] ?? body
    guard let members = option.members else {
      throw .invalidRequest("The option must be an object, not \(option.kindName)")
    }
    var parameters = query
    if let text = body["jobWasScheduled"]?.scalar { parameters.add("jobWasScheduled", text) }
    jobIsScheduled = try parameters.flag("jobWasScheduled") ?? false
    definition = .map(Self.entries(members))
  }

  /// A synonym counts where the key itself has no value.
  private static func entries(_ members: [JSON.Member]) -> [JobEntry] {
    var values: [String: JobValue] = [:]
    let given = members.filter { $0.key != "jobWasScheduled" && $0.value != .null }
    for member in given where synonyms[member.key] == nil {
      values[member.key] = JobValue(member.value)
    }
    for member in given {
      guard let key = synonyms[member.key], values[key] == nil else { continue }
      values[key] = JobValue(member.value)
    }
    return values.sorted { $0.key < $1.key }.map { JobEntry($0.key, $0.value) }
  }

  /// All that is wrong with the option.
  func problems() async -> [JobProblem] {
    do throws(JobProblem) {
      let option = try JobDocument.option(from: definition)
      return option.problems(jobIsScheduled: jobIsScheduled)
        + option.mismatches
    } catch {
      return [error]
    }
  }
}

extension JobValue {
  init(_ json: JSON) {
    self =
      switch json {
      case .null: .null
      case .boolean(let value): .boolean(value)
      case .integer(let number): .number(String(number))
      case .real(let number): .number(String(number))
      case .text(let text): .text(text)
      case .array(let elements): .list(elements.map(JobValue.init))
      case .object(let members):
        .map(members.map { JobEntry($0.key, JobValue($0.value)) })
      }
  }
}
