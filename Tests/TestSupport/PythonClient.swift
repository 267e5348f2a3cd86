import Glibc

/// The public Rundeck client python-rundeck, in an environment of its own, which `scripts/install-python-client` makes.
public enum PythonClient {
  /// Runs a program that may `import rundeck`, and answers its output.
  ///
  /// - Throws: `PythonClientError` with the output when it ends with another status than 0, and when there is
  ///   no such environment.
  public static func run(_ program: String, _ arguments: [String]) async throws -> String {
    let folder = try makeTemporaryFolder("quarterdeck-python")
    defer { removeFolder(folder) }
    let process = try SpawnedProcess(
      findPython(), ["-c", program] + arguments,
      environment: ["PATH": "/usr/bin:/bin", "PYTHONUNBUFFERED": "1", "HOME": folder],
      outputPath: "\(folder)/output")
    guard await process.wait() == .exited(0) else { throw PythonClientError(process.output) }
    return process.output
  }

  /// The newest environment that `scripts/install-python-client` made.
  private static func findPython() throws -> String {
    let home = getenv("HOME").map { String(cString: $0) } ?? ""
    let cache =
      getenv("QUARTERDECK_TEST_CACHE").map { String(cString: $0) }
      ?? (getenv("XDG_CACHE_HOME").map { String(cString: $0) } ?? "\(home)/.cache")
      + "/quarterdeck"
    let mark = "python-client-requirements.txt"
    var found = glob_t()
    defer { globfree(&found) }
    guard glob("\(cache)/python-client-*/\(mark)", 0, nil, &found) == 0,
      let last = found.gl_pathv[Int(found.gl_pathc) - 1]
    else {
      throw PythonClientError("there is no client in \(cache): run scripts/install-python-client")
    }
    return String(String(cString: last).dropLast(mark.count)) + "bin/python"
  }
}

/// Why a program with the client failed.
public struct PythonClientError: Error, Sendable, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}
