import Glibc
public import Model

/// Who this member is across its starts.
public enum MemberIdentity {
  /// The UUID from the configuration, else the one in the state directory's file `member-uuid`, else a
  /// new one from `generate`, which is kept in that file (mode 0600).
  ///
  /// Throws `MemberIdentityError` when the file cannot be read or written, or holds no name.
  public static func resolve(
    configured: String?, stateDirectory: String, generate: () -> String
  ) throws(MemberIdentityError) -> MemberID {
    if let configured, !configured.isEmpty { return MemberID(configured) }
    let path = stateDirectory + "/member-uuid"
    if let kept = try read(path) { return MemberID(kept) }
    let generated = generate()
    try write(generated, to: path)
    return MemberID(generated)
  }

  private static func read(_ path: String) throws(MemberIdentityError) -> String? {
    guard let file = fopen(path, "re") else {
      if errno == ENOENT { return nil }
      throw MemberIdentityError(path: path, operation: "read", code: errno)
    }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = fread(&bytes, 1, bytes.count, file)
    let name = String(decoding: bytes[..<count], as: UTF8.self)
      .split(whereSeparator: \.isWhitespace).first
    guard let name else { throw MemberIdentityError(path: path, operation: "read", code: EINVAL) }
    return String(name)
  }

  /// Written beside and renamed, so that a crash leaves the whole file or none.
  private static func write(_ name: String, to path: String) throws(MemberIdentityError) {
    let draft = path + ".new"
    let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw MemberIdentityError(path: draft, operation: "write", code: errno) }
    let text = Array((name + "\n").utf8)
    let isWritten = Glibc.write(file, text, text.count) == text.count && fsync(file) == 0
    let code = errno
    close(file)
    guard isWritten else { throw MemberIdentityError(path: draft, operation: "write", code: code) }
    guard rename(draft, path) == 0 else {
      throw MemberIdentityError(path: path, operation: "write", code: errno)
    }
  }
}

/// Why the file with the member's UUID is of no use.
public struct MemberIdentityError: Error, Sendable, Hashable, CustomStringConvertible {
  public let path: String
  public let operation: String
  /// `errno`.
  public let code: Int32

  public var description: String {
    "cannot \(operation) \(path): \(String(cString: strerror(code)))"
  }
}
