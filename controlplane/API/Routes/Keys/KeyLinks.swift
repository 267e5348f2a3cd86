import Model
import Store

/// Keys and folders as answers have them, with their addresses.
struct KeyLinks: Sendable {
  /// `…/api/VERSION`.
  let api: String

  func key(_ key: StoredKeyRecord) -> JSON {
    [
      "meta": .object(Self.meta(of: key)), "url": .text(url(key.path)),
      "name": .text(key.path.name), "type": "file", "path": .text(key.path.text),
    ]
  }

  func folder(_ path: StoragePath, _ entries: [StoredKeyEntry]) -> JSON {
    let resources = entries.map { entry -> JSON in
      switch entry {
      case .key(let key): self.key(key)
      case .folder(let path): folder(path)
      }
    }
    var body: JSON = ["resources": .array(resources)]
    for member in folder(path).members ?? [] { body.add(member.key, member.value) }
    return body
  }

  private func folder(_ path: StoragePath) -> JSON {
    ["url": .text(url(path)), "type": "directory", "path": .text(path.text)]
  }

  private func url(_ path: StoragePath) -> String {
    "\(api)/storage/"
      + (["keys"] + path.parts).map { PercentEncoding.encode($0) }.joined(separator: "/")
  }

  /// Seven entries. How long a secret is would be told about it: only a public key's size is there.
  private static func meta(of key: StoredKeyRecord) -> [JSON.Member] {
    let size: JSON.Member =
      key.kind.isSecret
      ? .init(key: "Rundeck-content-mask", value: "content")
      : .init(key: "Rundeck-content-size", value: .text("\(key.size)"))
    let type: JSON.Member =
      key.kind == .password
      ? .init(key: "Rundeck-data-type", value: "password")
      : .init(key: "Rundeck-key-type", value: .text(key.kind.rawValue))
    return [
      .init(key: "Rundeck-content-type", value: .text(key.kind.contentType)), size,
      .init(key: "Rundeck-content-creation-time", value: .text(key.createdAt.iso8601)),
      .init(key: "Rundeck-content-modify-time", value: .text(key.modifiedAt.iso8601)),
      .init(key: "Rundeck-auth-created-username", value: .text(key.createdBy)),
      .init(key: "Rundeck-auth-modified-username", value: .text(key.modifiedBy)), type,
    ]
  }
}
