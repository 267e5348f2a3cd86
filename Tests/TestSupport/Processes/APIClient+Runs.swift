import HTTPClient

extension APIClient {
  /// Creates a project.
  public func createProject(_ name: String) async throws {
    try await json("POST", "/projects", body: #"{"name":"\#(name)"}"#)
  }

  /// Imports a job definition in YAML and returns the job's id.
  public func importJob(_ yaml: String, into project: String) async throws -> String {
    let answer = try await json(
      "POST", "/project/\(project)/jobs/import?fileformat=yaml&dupeOption=update",
      type: "application/yaml", body: yaml)
    guard let id = answer.succeeded[0].id.text else {
      throw UnexpectedAnswer(description: "import: \(answer)")
    }
    return id
  }

  /// Runs a job and returns the execution's number.
  public func run(_ job: String, options: String = "{}") async throws -> Int {
    let answer = try await json("POST", "/job/\(job)/run", body: #"{"options":\#(options)}"#)
    guard let id = answer.id.int else {
      throw UnexpectedAnswer(description: "run: \(answer)")
    }
    return id
  }

  /// The execution, once its status is final.
  ///
  /// The API has no call that waits, so this asks every 20 ms, and gives up after `seconds`.
  public func ended(_ execution: Int, within seconds: Int = 300) async throws -> JSONDocument {
    try await eventually("execution \(execution) ends", within: seconds) {
      let answer = try await json("GET", "/execution/\(execution)")
      return ["running", "scheduled", "queued"].contains(answer.status.text ?? "") ? nil : answer
    }
  }

  /// The whole output as text.
  public func output(_ execution: Int) async throws -> String {
    let answer = try await send("GET", "/execution/\(execution)/output.text", accept: "*/*")
    guard answer.status == 200 else {
      throw UnexpectedAnswer(description: "output: \(answer.status) \(answer.text)")
    }
    return answer.text
  }

  /// The output once it contains `text`.
  @discardableResult
  public func output(_ execution: Int, containing text: String) async throws -> String {
    try await eventually("execution \(execution) prints \(text)") {
      let output = try await output(execution)
      return output.contains(text) ? output : nil
    }
  }
}

/// Nothing came of what a test waited for.
public struct NeverHappened: Error, CustomStringConvertible {
  public let description: String

  public init(description: String) { self.description = description }
}
