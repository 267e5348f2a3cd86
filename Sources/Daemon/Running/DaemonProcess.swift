import Glibc

/// Ends a daemon's process as an operator expects.
public enum DaemonProcess {
  /// Writes the error on standard error and ends the process with its exit status.
  public static func exit(program: String, after error: any Error) -> Never {
    LogOutput.standardError.write(Array("\(program): \(error)\n".utf8))
    Glibc.exit(ExitCode(for: error).rawValue)
  }
}
