import HTTPClient
import TestSupport
import Testing

/// Requests that several cases make.
extension APIClient {
  /// Runs a command ad hoc and returns the execution's number.
  func command(_ command: String, _ more: String = "", in project: String = "test") async throws
    -> Int
  {
    let answer = try await json(
      "POST", "/project/\(project)/run/command?exec=\(escaped(command))\(more)")
    guard let id = answer.execution.id.int else {
      throw NeverHappened(description: "run/command: \(answer)")
    }
    return id
  }

  /// Runs a script ad hoc, sent as a file of a multipart body.
  func script(_ text: String, _ query: String = "") async throws -> HTTPResponse {
    try await send(
      "POST", "/project/test/run/script\(query)", type: "multipart/form-data; boundary=part",
      body: "--part\r\nContent-Disposition: form-data; name=\"scriptFile\"; filename=\"s\"\r\n\r\n"
        + "\(text)\r\n--part--\r\n")
  }

  /// What `/metrics` says.
  func metrics() async throws -> String {
    try await HTTPClient().send(HTTPRequest("GET", "\(server)/metrics"), limit: 1 << 20).text
  }

  /// How many executions a list has, and that its `paging` agrees when nothing limits it.
  func count(_ path: String) async throws -> Int {
    try await json("GET", path).executions.items.count
  }

  /// The status in which an execution ends.
  func ending(_ execution: Int) async throws -> String? { try await ended(execution).status.text }
}

/// Percent-encodes everything but letters and digits.
func escaped(_ text: String) -> String {
  text.utf8.map { byte in
    let character = Character(Unicode.Scalar(byte))
    if character.isASCII, character.isLetter || character.isNumber { return "\(character)" }
    let digits = String(byte, radix: 16, uppercase: true)
    return byte < 16 ? "%0\(digits)" : "%\(digits)"
  }.joined()
}

extension HTTPResponse {
  /// The body read as JSON; null when it is none.
  var json: JSONDocument { (try? JSONDocument(body)) ?? .null }
}
