/// A place in the key storage: `keys/project/p/db`. Every part of it is a name; there is no `..`, no empty part, nothing
/// that a reader could not see.
public struct StoragePath: Sendable, Hashable, CustomStringConvertible {
  /// The longest path in bytes of UTF-8, and the longest part of one.
  public static let mostBytes = 1024
  public static let mostPartBytes = 255

  /// The folder of everything: `keys`.
  public static let root = StoragePath(parts: [])

  /// What stands below `keys`.
  public let parts: [String]

  private init(parts: [String]) { self.parts = parts }

  /// Reads `keys/…`, also with one slash in front, as Rundeck's definitions have it.
  public init(_ text: String) throws(StoragePathProblem) {
    let bytes = text.utf8.first == 0x2F ? text.utf8.dropFirst() : text.utf8[...]
    guard bytes.starts(with: "keys".utf8) else { throw StoragePathProblem("must begin with keys/") }
    let rest = bytes.dropFirst(4)
    guard let slash = rest.first else {
      self = .root
      return
    }
    guard slash == 0x2F else { throw StoragePathProblem("must begin with keys/") }
    try self.init(below: String(Substring(rest.dropFirst())))
  }

  /// Reads what stands behind `keys/`; never the root.
  public init(below text: String) throws(StoragePathProblem) {
    guard text.utf8.count + 5 <= Self.mostBytes else {
      throw StoragePathProblem("is longer than \(Self.mostBytes) bytes")
    }
    // By bytes: a character may be a slash with a mark on it.
    let parts = text.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    for part in parts { try Self.check(part) }
    self.init(parts: parts)
  }

  private static func check(_ part: String) throws(StoragePathProblem) {
    guard !part.isEmpty else { throw StoragePathProblem("has an empty part") }
    guard part != ".", part != ".." else { throw StoragePathProblem("has the part \(part)") }
    guard part.utf8.count <= mostPartBytes else {
      throw StoragePathProblem("has a part of more than \(mostPartBytes) bytes")
    }
    for scalar in part.unicodeScalars where isHidden(scalar) {
      throw StoragePathProblem(
        "has the character U+\(hexadecimal(scalar)) in it, which is no part of a name")
    }
  }

  /// Control characters, line ends, and what stands for bytes that are no UTF-8.
  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: scalar.value == 0xFFFD
    }
  }

  private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}

extension StoragePath {
  /// As it is written: `keys/…`.
  public var text: String { (["keys"] + parts).joined(separator: "/") }
  public var description: String { text }

  public var isRoot: Bool { parts.isEmpty }

  /// The last part; `keys` for the root.
  public var name: String { parts.last ?? "keys" }

  /// The folder that it is in; the root is in itself.
  public var folder: StoragePath { StoragePath(parts: Array(parts.dropLast())) }

  /// The folders that it is in below the root, the innermost first.
  public var folders: [StoragePath] {
    parts.indices.dropFirst().reversed().map { StoragePath(parts: Array(parts[..<$0])) }
  }

  /// The project whose it is: `keys/project/NAME` and everything below. Nil: it is nobody's own.
  public var project: String? {
    parts.count >= 2 && parts[0] == "project" ? parts[1] : nil
  }

  /// Whether runs of that project may read it.
  public func isReadable(in project: String) -> Bool {
    guard let own = self.project else { return true }
    return own.utf8.elementsEqual(project.utf8)
  }
}

/// Why a text is no path of the key storage; to be read behind "the path …".
public struct StoragePathProblem: Error, Sendable, Hashable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
