import HTTPTypes
import Hummingbird
import JobFormat

/// What becomes of the jobs of an imported document.
struct ImportRules: Sendable {
  /// What becomes of a job that there is already.
  enum Duplicates: String, Sendable, CaseIterable { case skip, create, update }
  /// What becomes of the identifiers in the document.
  enum Identifiers: String, Sendable, CaseIterable { case preserve, remove }

  let duplicates: Duplicates
  let identifiers: Identifiers
  /// Whether a reference to a job that does not exist is refused.
  let validatesReferences: Bool
}

/// What a request to import jobs asks for.
struct ImportWish: Sendable {
  let bytes: [UInt8]
  let format: JobFormatName
  let rules: ImportRules

  init(_ request: APIRequest) async throws {
    if request.mediaType == "application/json" {
      try APIVersion.check(request.version, since: 44, path: request.request.uri.path)
    }
    var parameters = request.query
    let content = try await Self.content(request, &parameters)
    bytes = content.bytes
    let named = parameters.text("fileformat") ?? parameters.text("format")
    if let named, JobFormatName(rawValue: named) == nil {
      throw APIError(
        .unsupportedMediaType, "api.error.jobs.import.format.unsupported",
        "The specified format is not supported: \(named)")
    }
    format = content.format ?? named.flatMap(JobFormatName.init(rawValue:)) ?? Self.guess(bytes)
    rules = ImportRules(
      duplicates: try Self.choice(parameters, "dupeOption") ?? .create,
      identifiers: try Self.choice(parameters, "uuidOption") ?? .preserve,
      validatesReferences: try parameters.flag("validateJobref") ?? false)
  }

  private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ parameters: Parameters, _ name: String
  ) throws(APIError) -> Choice? {
    guard let text = parameters.text(name) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      let allowed = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw .invalid(parameter: name, value: text, "It must be one of: \(allowed)")
    }
    return choice
  }

  /// The document, and its format where the media type says it; the parameters of a form are added.
  private static func content(
    _ request: APIRequest, _ parameters: inout Parameters
  ) async throws -> (bytes: [UInt8], format: JobFormatName?) {
    // A JSON document stays bytes here: reading it is the job format's business, messages and all.
    if let type = request.mediaType, let format = JobFormatName(mediaType: type) {
      return (try await request.bytes(), format)
    }
    switch try await request.body() {
    case .form(let form):
      parameters = parameters.merging(form)
      guard let text = form.text("xmlBatch") else { throw APIError.missing(parameter: "xmlBatch") }
      return (Array(text.utf8), nil)
    case .multipart(let parts): return (try file(parts, &parameters), nil)
    case .empty:
      guard let text = parameters.text("xmlBatch") else {
        throw APIError.missing(parameter: "xmlBatch")
      }
      return (Array(text.utf8), nil)
    // Clients that do not know what they send: the document speaks for itself.
    case .other("application/octet-stream", let bytes): return (bytes, nil)
    case .other(let type, _):
      throw APIError(
        .unsupportedMediaType, "api.error.jobs.import.format.unsupported",
        "The specified format is not supported: \(type)")
    case .json: throw APIError.missing(parameter: "xmlBatch")
    }
  }

  private static func file(
    _ parts: [MultipartPart], _ parameters: inout Parameters
  ) throws(APIError) -> [UInt8] {
    for part in parts where part.fileName == nil && part.name != "xmlBatch" {
      parameters.add(part.name, String(decoding: part.bytes, as: UTF8.self))
    }
    guard let part = parts.first(where: { $0.name == "xmlBatch" }) else {
      throw .missing(parameter: "xmlBatch")
    }
    guard part.fileName != nil else {
      throw APIError(.badRequest, "api.error.jobs.import.missing-file", "No file was uploaded")
    }
    return part.bytes
  }

  /// Without a word about the format the document speaks for itself: XML begins with `<`, JSON with a
  /// bracket, and all else is YAML.
  private static func guess(_ bytes: [UInt8]) -> JobFormatName {
    let first = bytes.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
    switch first {
    case UInt8(ascii: "<"): return .xml
    case UInt8(ascii: "["), UInt8(ascii: "{"): return .json
    default: return .yaml
    }
  }
}
