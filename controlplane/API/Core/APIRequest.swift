import HTTPTypes
import Hummingbird
import Identity
import NIOCore

/// A request on its way through a handler.
struct APIRequest: Sendable {
  let request: Request
  let context: APIContext
  let limits: APILimits

  /// The parameters of the query.
  var query: Parameters { Parameters(urlEncoded: request.uri.query ?? "") }

  var version: Int { context.version }

  /// Who asks. Throws the 403 for a route that nobody has to be known for.
  var principal: Principal {
    get throws(APIError) {
      guard let principal = context.principal else {
        throw .unauthorized("(unauthenticated)", path: request.uri.path)
      }
      return principal
    }
  }

  /// A parameter of the path, percent-decoded.
  func path(_ name: String) -> String {
    let text = context.parameters.get(name) ?? ""
    return text.removingPercentEscapes
  }

  /// The media type of the body in lower case without its attributes; nil without one.
  var mediaType: String? {
    request.headers[.contentType].map { header in
      trimmed(header.prefix { $0 != ";" }).lowercased()
    }
  }

  /// Throws a 400 for an address with the character U+0000 in it, which no name can have: PostgreSQL
  /// does not store it, and to programs it ends a text.
  func checkAddress() throws(APIError) {
    guard request.uri.string.contains("%00") else { return }
    if request.uri.path.contains("%00") {
      throw .invalidRequest("The path has the character U+0000 in it")
    }
    try query.refuseNull()
  }

  /// The body by its media type. A body without a media type counts as a form when it is empty, else as
  /// what a client without headers sends: JSON.
  func body() async throws -> RequestBodyContent {
    let bytes = try await bytes()
    switch mediaType {
    case "application/x-www-form-urlencoded":
      let form = Parameters(urlEncoded: String(decoding: bytes, as: UTF8.self))
      try form.refuseNull()
      return .form(form)
    case "multipart/form-data":
      let header = request.headers[.contentType] ?? ""
      guard let boundary = Multipart.boundary(of: header) else {
        throw APIError.invalidRequest("The multipart Content-Type has no boundary")
      }
      let parts = try Multipart.parts(bytes, boundary: boundary)
      try Parameters(fieldsOf: parts).refuseNull()
      return .multipart(parts)
    case "application/json", "text/json":
      return bytes.isEmpty ? .empty : .json(try JSON.read(bytes))
    case nil where bytes.isEmpty: return .empty
    case nil: return .json(try JSON.read(bytes))
    case let type?: return bytes.isEmpty ? .empty : .other(type: type, bytes)
    }
  }

  /// The body as JSON. Throws a 400 without one and a 415 for another media type.
  func json() async throws -> JSON {
    switch try await body() {
    case .json(let json): return json
    case .empty: throw APIError.invalidRequest("The request body is empty, expected JSON")
    case .form, .multipart:
      throw APIError(
        .unsupportedMediaType, "api.error.invalid.request", "The request body must be JSON")
    case .other(let type, _):
      throw APIError(
        .unsupportedMediaType, "api.error.invalid.request",
        "The request body must be JSON, not \(type)")
    }
  }
}

/// A request's body, taken apart by its media type.
enum RequestBodyContent: Sendable {
  case empty
  case form(Parameters)
  case multipart([MultipartPart])
  case json(JSON)
  case other(type: String, [UInt8])
}

extension String {
  /// Percent-decoded; `+` stays, as this is for paths.
  var removingPercentEscapes: String {
    contains("%")
      ? Parameters.decode(
        split(separator: "+", omittingEmptySubsequences: false)
          .joined(separator: "%2B")) : self
  }
}
