import Cryptography
import Glibc

/// `openssl s_server` with a fresh self-signed certificate; it says on its output where it listens.
struct TLSServer {
  struct NotStarted: Error { let output: String }

  let port: Int
  let certificateFile: String
  private let directory: String
  private let pid: pid_t

  static func start(hosts: [String]) async throws -> TLSServer {
    let directory = "/tmp/quarterdeck-tls-\(SecureRandom.hex(8))"
    mkdir(directory, 0o700)
    let made = try SelfSignedCertificate.make(
      hosts: hosts, validFor: .seconds(3600), now: Int64(time(nil)))
    write(made.certificatePEM, to: "\(directory)/certificate.pem")
    write(made.privateKeyPEM, to: "\(directory)/key.pem")
    let (pid, output) = spawn([
      "openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-naccept", "8",
      "-cert", "\(directory)/certificate.pem", "-key", "\(directory)/key.pem",
    ])
    defer { close(output) }
    return TLSServer(
      port: try announcedPort(output), certificateFile: "\(directory)/certificate.pem",
      directory: directory, pid: pid)
  }

  func stop() {
    kill(pid, SIGKILL)
    waitpid(pid, nil, 0)
    unlink("\(directory)/certificate.pem")
    unlink("\(directory)/key.pem")
    rmdir(directory)
  }

  private static func write(_ text: String, to path: String) {
    let descriptor = creat(path, 0o600)
    _ = text.withCString { Glibc.write(descriptor, $0, strlen($0)) }
    close(descriptor)
  }

  private static func spawn(_ arguments: [String]) -> (pid_t, Int32) {
    var ends: [Int32] = [0, 0]
    pipe(&ends)
    _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
    _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var pid = pid_t()
    posix_spawnp(&pid, arguments[0], &actions, nil, &pointers, environ)
    close(ends[1])
    return (pid, ends[0])
  }

  /// Reads until the line `ACCEPT 127.0.0.1:PORT`.
  private static func announcedPort(_ output: Int32) throws -> Int {
    var text = ""
    var buffer = [UInt8](repeating: 0, count: 1024)
    while true {
      let count = read(output, &buffer, buffer.count)
      guard count > 0 else { throw NotStarted(output: text) }
      text += String(decoding: buffer[..<count], as: UTF8.self)
      if let match = text.firstMatch(of: /ACCEPT [0-9.]+:([0-9]+)\n/), let port = Int(match.1) {
        return port
      }
    }
  }
}
