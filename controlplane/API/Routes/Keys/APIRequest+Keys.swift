import Hummingbird
import Identity
import Keys
import Model

extension APIRequest {
  /// The path of the key storage that the request's own path names.
  ///
  /// Read as it was sent: the router takes `//` for `/`. Throws a 400 for one that can be no path.
  func storagePath() throws(APIError) -> StoragePath {
    var rest = Self.behind(parts: 4, of: request.uri.path.utf8[...])
    if rest.first == 0x2F { rest = rest.dropFirst() }
    var text = String(Substring(rest)).removingPercentEscapes
    if request.method == .get || request.method == .head, text.utf8.last == 0x2F {
      text = String(Substring(text.utf8.dropLast()))
    }
    guard !text.isEmpty else { return .root }
    do throws(StoragePathProblem) {
      return try StoragePath(below: text)
    } catch {
      throw .invalid(parameter: "path", value: "keys/\(text)", "It \(error)")
    }
  }

  /// What follows the first parts of a path: here of `/api/V/storage/keys/…`.
  private static func behind(
    parts count: Int, of path: Substring.UTF8View
  ) -> Substring.UTF8View {
    var rest = path
    for _ in 0..<count { rest = rest.drop { $0 == 0x2F }.drop { $0 != 0x2F } }
    return rest
  }

  /// A key in the request's body, of the kind that its media type says. Throws a 400 for a path that is none, a 413 and a
  /// 415.
  func keyUpload(limit: Int) async throws -> KeyUpload {
    let path = try storagePath()
    guard !path.isRoot else {
      throw APIError.invalid(parameter: "path", value: "keys", "It must name a key: keys/…")
    }
    guard let kind = mediaType.flatMap(StoredKeyKind.init(contentType:)) else {
      let allowed = StoredKeyKind.allCases.map(\.contentType).joined(separator: ", ")
      throw APIError(
        .unsupportedMediaType, "api.error.invalid.request",
        "The Content-Type of a key must be one of \(allowed), not \(mediaType ?? "missing")")
    }
    var limits = self.limits
    limits.bodyBytes = min(limits.bodyBytes, limit)
    let content = try await APIRequest(request: request, context: context, limits: limits).bytes()
    return KeyUpload(path: path, kind: kind, content: content, user: try principal.user)
  }
}
