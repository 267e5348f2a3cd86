/// One message that follows an event of an execution. Its texts are as written, references included.
public enum JobNotification: Sendable, Hashable, Codable {
  case email(EmailNotification)
  case webhook(WebhookNotification)
  case plugin(PluginDefinition)

  /// The messages of one map, which may hold an email, a webhook and plugins at once.
  ///
  /// - Throws: `JobProblem` for unknown keys and what is missing.
  static func all(in value: JobValue, path: String) throws(JobProblem) -> [JobNotification] {
    var fields = try DefinitionFields(value, path: path)
    var found: [JobNotification] = []
    if let email = fields.take("email") {
      var inner = try DefinitionFields(email, path: fields.field("email"))
      found.append(.email(try EmailNotification(&inner)))
      try inner.refuseRest()
    }
    // The old form: the email's keys beside the webhook's.
    if fields.has("recipients") { found.append(.email(try EmailNotification(&fields))) }
    if fields.has("urls") { found.append(.webhook(try WebhookNotification(&fields))) }
    for plugin in Self.list(fields.take("plugin")) {
      found.append(.plugin(try PluginDefinition(plugin, path: fields.field("plugin"))))
    }
    try fields.refuseRest()
    return found
  }

  private static func list(_ value: JobValue?) -> [JobValue] {
    switch value {
    case nil: []
    case .list(let items): items
    case .some(let item): [item]
    }
  }
}

/// An email about an execution.
public struct EmailNotification: Sendable, Hashable, Codable {
  /// How the execution's output goes with it.
  public enum Log: String, Sendable, Hashable, Codable {
    /// As an attached file.
    case file
    /// In the text.
    case inline
    /// Both.
    case fileAndInline
  }

  /// Addresses separated by commas; may have references.
  public var recipients: String
  public var subject: String?
  /// Nil when the output does not go with it.
  public var log: Log?

  public init(recipients: String, subject: String? = nil, log: Log? = nil) {
    self.recipients = recipients
    self.subject = subject
    self.log = log
  }

  init(_ fields: inout DefinitionFields) throws(JobProblem) {
    guard let recipients = try fields.filledText("recipients") else {
      throw JobProblem(
        field: fields.field("recipients"), message: "an email must name who receives it")
    }
    self.init(recipients: recipients, subject: try fields.text("subject"))
    log = try Self.log(&fields)
  }

  /// `attachLog` alone means a file, as it did before there were two ways.
  private static func log(_ fields: inout DefinitionFields) throws(JobProblem) -> Log? {
    let isAttached = try fields.flag("attachLog") ?? false
    let inFile = try fields.flag("attachLogInFile") ?? false
    let inline = try fields.flag("attachLogInline") ?? false
    guard isAttached else { return nil }
    return switch (inFile, inline) {
    case (true, true): .fileAndInline
    case (_, false): .file
    case (false, true): .inline
    }
  }
}

/// A request to a web server about an execution.
public struct WebhookNotification: Sendable, Hashable, Codable {
  /// How the body is written.
  public enum Format: String, Sendable, Hashable, Codable, CaseIterable { case xml, json }

  /// Addresses separated by commas; may have references.
  public var urls: String
  /// In capitals: `POST`, `GET`…
  public var method: String
  public var format: Format
  /// Headers of the definition's own (`quarterdeck.headers`).
  public var headers: [String: String]

  public init(
    urls: String, method: String = "POST", format: Format = .xml, headers: [String: String] = [:]
  ) {
    self.urls = urls
    self.method = method
    self.format = format
    self.headers = headers
  }

  public static let headersKey = "quarterdeck.headers"

  init(_ fields: inout DefinitionFields) throws(JobProblem) {
    guard let urls = try fields.filledText("urls") else {
      throw JobProblem(field: fields.field("urls"), message: "a webhook must have an address")
    }
    self.init(urls: urls)
    method = try Self.method(&fields)
    if let text = try fields.filledText("format") {
      guard let known = Format(rawValue: text.lowercased()) else {
        throw JobProblem(
          field: fields.field("format"), value: text, message: "must be xml or json")
      }
      format = known
    }
    headers = try Self.headers(&fields)
  }

  private static func method(_ fields: inout DefinitionFields) throws(JobProblem) -> String {
    guard let text = try fields.filledText("httpMethod") else { return "POST" }
    let method = text.uppercased()
    guard ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(method) else {
      throw JobProblem(
        field: fields.field("httpMethod"), value: text,
        message: "must be one of get, post, put, patch, delete")
    }
    return method
  }

  private static func headers(
    _ fields: inout DefinitionFields
  ) throws(JobProblem) -> [String: String] {
    guard let value = fields.take(headersKey) else { return [:] }
    let path = fields.field(headersKey)
    guard case .map(let entries) = value else {
      throw JobProblem(field: path, message: "expected a map, found \(value.kindName)")
    }
    var headers: [String: String] = [:]
    for entry in entries {
      guard let text = entry.value.scalarText, isName(entry.key), !text.contains(where: \.isNewline)
      else {
        throw JobProblem(
          field: "\(path).\(entry.key)", value: entry.value.scalarText,
          message: "must be a header's name and a text of one line")
      }
      headers[entry.key] = text
    }
    return headers
  }

  private static func isName(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
          || (0x61...0x7A).contains(byte) || "-_.!#$%&'*+^`|~".utf8.contains(byte)
      }
  }
}
