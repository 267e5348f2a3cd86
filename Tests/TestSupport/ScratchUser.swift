import Glibc

/// Whom a scratch server runs as: PostgreSQL refuses root, so root's tests run it as `postgres`.
enum ScratchUser {
  /// The folder of the newest PostgreSQL's programs.
  static func findPrograms() throws -> String {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob("/usr/lib/postgresql/*/bin/initdb", 0, nil, &found) == 0 else {
      throw ScratchPostgresError(message: "no PostgreSQL under /usr/lib/postgresql")
    }
    let paths = (0..<Int(found.gl_pathc)).compactMap {
      found.gl_pathv[$0].map { String(cString: $0) }
    }
    let newest = paths.max { version($0) < version($1) } ?? ""
    return String(newest.dropLast("/initdb".count))
  }

  /// Makes `folder`/data, which belongs to that user.
  static func prepare(_ folder: String) throws {
    chmod(folder, 0o755)
    guard mkdir("\(folder)/data", 0o700) == 0 else {
      throw ScratchPostgresError(message: "cannot make \(folder)/data: errno \(errno)")
    }
    guard getuid() == 0 else { return }
    guard let user = getpwnam("postgres") else {
      throw ScratchPostgresError(message: "there is no user postgres to run the server as")
    }
    chown("\(folder)/data", user.pointee.pw_uid, user.pointee.pw_gid)
  }

  /// The command line that runs `command` as that user, in the same process.
  static func command(_ command: [String]) -> [String] {
    guard getuid() == 0 else { return command }
    return ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] + command
  }

  private static func version(_ path: String) -> Int {
    Int(path.split(separator: "/")[3]) ?? 0
  }
}
