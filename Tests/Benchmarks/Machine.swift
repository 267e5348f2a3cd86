import Glibc
import TestSupport

/// What this machine can do by itself, for the ratios.
enum Machine {
  /// How many `sh -c true` one process can start and collect in a second, several in flight.
  static func shellStartsPerSecond(_ count: Int = 1_500, inFlight: Int = 8) async throws -> Double {
    let elapsed = try await seconds {
      let script = "i=0; while [ $i -lt \(count / inFlight) ]; do sh -c true; i=$((i+1)); done"
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<inFlight {
          group.addTask { try await shell(script) }
        }
        try await group.waitForAll()
      }
    }
    return Double(count / inFlight * inFlight) / elapsed
  }

  /// How many MiB a second `cat > file` writes of the lines that `producer` prints.
  ///
  /// - Parameter isSynced: whether it counts until the file is on the disk.
  static func catRate(
    of producer: String, mebibytes: Double, into file: String, isSynced: Bool = false
  ) async throws -> Double {
    let script = "\(producer) | cat > \(file)" + (isSynced ? " && sync \(file)" : "")
    let elapsed = try await seconds { try await shell(script) }
    unlink(file)
    return mebibytes / elapsed
  }

  /// Runs a script with `sh` and throws when it fails.
  static func shell(_ script: String) async throws {
    let process = try SpawnedProcess(
      "/bin/sh", ["-c", script], environment: ["PATH": "/usr/bin:/bin"], outputPath: "/dev/null")
    guard await process.wait() == .exited(0) else { throw ScriptFailed(description: script) }
  }

  /// A script of the benchmark's own failed.
  struct ScriptFailed: Error, CustomStringConvertible {
    let description: String
  }
}
