import HTTPTypes
import Hummingbird
import Identity
import Keys
import Logging
import Model
import Store

extension API {
  var keyRoutes: [Route] {
    ["/storage/keys", "/storage/keys/**"].flatMap { path -> [Route] in
      [
        .api(.get, path, .read, .storage, getKey), .api(.post, path, .create, .storage, createKey),
        .api(.put, path, .update, .storage, replaceKey),
        .api(.delete, path, .delete, .storage, removeKey),
      ]
    }
  }

  /// KEY-03, KEY-05: what is said of a key or a folder, or a public key itself. The content of any other key is refused.
  func getKey(_ request: APIRequest) async throws -> Response {
    let path = try request.storagePath()
    switch try await dependencies.keys.look(at: path) {
    case nil: throw APIError.missing(key: path)
    case .folder(let entries)?:
      return .json(links(request).folder(path, entries))
    case .key(let key)?:
      guard KeyAnswer(accept: request.request.headers[.accept], kind: key.kind) == .content else {
        return .json(links(request).key(key))
      }
      return try await content(of: key)
    }
  }

  private func content(of key: StoredKeyRecord) async throws -> Response {
    guard !key.kind.isSecret else { throw APIError.secret(key) }
    guard let found = try await open(key.path) else { throw APIError.missing(key: key.path) }
    // It may have become a secret since it was looked at.
    guard !found.key.kind.isSecret else { throw APIError.secret(found.key) }
    return .bytes(found.content, type: found.key.kind.contentType)
  }

  private func open(_ path: StoragePath) async throws -> (key: StoredKeyRecord, content: [UInt8])? {
    do throws(KeyContentError) {
      return try await dependencies.keys.open(at: path)
    } catch {
      if case .store(let error) = error { throw error }
      throw APIError(
        .internalServerError, "api.error.storage.sealed",
        "The key /\(path) cannot be read: \(error)")
    }
  }

  /// KEY-01, KEY-02, KEY-07.
  func createKey(_ request: APIRequest) async throws -> Response {
    let upload = try await request.keyUpload(limit: dependencies.limits.keyBytes)
    switch try await dependencies.keys.create(upload) {
    case .created(let key):
      note("Key created", upload, request)
      return .json(links(request).key(key), status: .created)
    case .exists: throw APIError.taken(upload.path, "resource already exists: /\(upload.path)")
    case .isFolder: throw APIError.taken(upload.path, "/\(upload.path) is a folder with keys in it")
    case .isBelow(let key):
      throw APIError.taken(upload.path, "/\(key) is a key, so nothing can be below it")
    }
  }

  func replaceKey(_ request: APIRequest) async throws -> Response {
    let upload = try await request.keyUpload(limit: dependencies.limits.keyBytes)
    guard let key = try await dependencies.keys.replace(upload) else {
      throw APIError.missing(key: upload.path)
    }
    note("Key replaced", upload, request)
    return .json(links(request).key(key))
  }

  /// KEY-06. A folder goes with its last key.
  func removeKey(_ request: APIRequest) async throws -> Response {
    let path = try request.storagePath()
    guard try await dependencies.keys.remove(at: path) else { throw APIError.missing(key: path) }
    let user = try request.principal.user
    request.context.logger.info("Key removed", metadata: ["path": "\(path)", "user": "\(user)"])
    return .noContent
  }

  private func note(_ message: Logger.Message, _ upload: KeyUpload, _ request: APIRequest) {
    request.context.logger.info(
      message,
      metadata: [
        "path": "\(upload.path)", "kind": "\(upload.kind.rawValue)", "user": "\(upload.user)",
      ])
  }

  private func links(_ request: APIRequest) -> KeyLinks {
    KeyLinks(api: "\(dependencies.server.url)/api/\(request.version)")
  }
}

extension APIError {
  /// Here Rundeck's `error` is a text (KEY-06).
  static func missing(key path: StoragePath) -> APIError {
    let text = "resource not found: /\(path)"
    var error = APIError(.notFound, "api.error.item.doesnotexist", text)
    error.error = text
    return error
  }

  static func taken(_ path: StoragePath, _ text: String) -> APIError {
    var error = APIError(.conflict, "api.error.item.alreadyexists", text)
    error.error = text
    return error
  }

  static func secret(_ key: StoredKeyRecord) -> APIError {
    let what = key.kind == .password ? "password" : "private key"
    return APIError(
      .forbidden, "unauthorized",
      "Not authorized for action \"view\" for /\(key.path): the content of a \(what) is never given out"
    )
  }
}
