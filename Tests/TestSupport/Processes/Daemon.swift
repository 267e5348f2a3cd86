import Glibc

/// A running daemon together with what it tells the service manager.
public struct Daemon: Sendable {
  public let process: SpawnedProcess
  public let notifications: NotifySocket

  /// The environment of all daemons of the tests: nothing of the machine's but the path.
  static let environment = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]

  /// The daemon said nothing for too long, or ended.
  public struct NotReady: Error, CustomStringConvertible {
    public let description: String
  }

  static func start(
    _ executable: String, _ arguments: [String], name: String, folder: String,
    environment additions: [String: String] = [:]
  ) async throws -> Daemon {
    let notifications = try NotifySocket(path: "\(folder)/sockets/\(name)")
    var environment = Self.environment.merging(additions) { $1 }
    environment["NOTIFY_SOCKET"] = notifications.path
    let process = try SpawnedProcess(
      executable, arguments, environment: environment, outputPath: "\(folder)/\(name).log")
    let ready = await notifications.message(while: { !process.hasEnded }) {
      $0.contains("READY=1")
    }
    guard ready != nil else {
      process.end(SIGKILL)
      throw NotReady(description: "\(name) did not become ready:\n\(process.output)")
    }
    return Daemon(process: process, notifications: notifications)
  }

  /// Kills the daemon as a power cut would.
  public func kill() {
    process.end(SIGKILL)
    notifications.close()
  }

  /// Asks the daemon to stop and returns how it ended; one that does not is killed after five minutes.
  @discardableResult
  public func stop() async -> SpawnedProcess.ExitStatus {
    process.send(SIGTERM)
    let impatience = Task {
      if (try? await Task.sleep(for: .seconds(300))) != nil { process.send(SIGABRT) }
    }
    let status = await process.wait()
    impatience.cancel()
    notifications.close()
    return status
  }
}
