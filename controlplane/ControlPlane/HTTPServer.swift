import API
import Daemon
import Glibc
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Identity
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle

/// Serves the router, over TLS when a certificate is configured, and says when the member is ready: when
/// it listens and somebody can log in.
struct HTTPServer: Service {
  /// Where and how it listens.
  struct Settings: Sendable {
    let address: String
    let port: Int
    let tls: TLSConfiguration?
    /// How long a connection's other end may be silent when it is asked whether it is there.
    let silence: Duration

    /// Throws when only one of certificate and key is given, or when one of them cannot be read.
    init(_ configuration: EffectiveConfiguration) throws {
      address = configuration[ControlPlaneKeys.address]
      port = configuration[ControlPlaneKeys.port]
      tls = try ServerCertificate.load(configuration)
      silence = configuration[ControlPlaneKeys.peerTimeout]
    }
  }

  let settings: Settings
  let responder: RouterResponder<APIContext>
  let firstAdministrator: FirstAdministrator
  let status: DaemonStatus
  let logger: Logger

  func run() async throws {
    let (listening, port) = AsyncStream<Int>.makeStream()
    try await withThrowingTaskGroup(of: Void.self) { group in
      // Beside the server: it answers while the first password is still being hashed.
      group.addTask { for await port in listening { await ready(on: port) } }
      defer { port.finish() }
      do {
        try await application { channel in
          port.yield(channel.localAddress?.port ?? settings.port)
        }.run()
      } catch let error as IOError
        where [EADDRINUSE, EADDRNOTAVAIL, EACCES].contains(error.errnoCode)
      {
        throw AddressProblem(address: settings.address, port: settings.port, code: error.errnoCode)
      }
    }
  }

  /// Why it cannot listen.
  struct AddressProblem: ExitCoded, CustomStringConvertible {
    let address: String
    let port: Int
    let code: Int32
    var exitCode: ExitCode { .unavailable }

    var description: String {
      "cannot listen on \(ControlPlaneKeys.address.name) = \(address), \(ControlPlaneKeys.port.name) = \(port): "
        + String(cString: strerror(code))
    }
  }

  private func application(
    onServerRunning: @escaping @Sendable (any Channel) async -> Void
  ) throws -> some ApplicationProtocol {
    Application(
      responder: responder, server: try serverBuilder,
      configuration: ApplicationConfiguration(
        address: .hostname(settings.address, port: settings.port), serverName: "quarterdeck"),
      onServerRunning: onServerRunning, logger: quietLogger)
  }

  private var serverBuilder: HTTPServerBuilder {
    get throws {
      let peers = SilentPeers(time: settings.silence)
      let plain = HTTPServerBuilder.http1(
        configuration: .init(
          additionalChannelHandlers: [peers.handler()], idleTimeout: .seconds(120)))
      guard let tls = settings.tls else { return plain }
      return try .tls(plain, tlsConfiguration: tls)
    }
  }

  /// Hummingbird's own lines about its life say what the daemon says already.
  private var quietLogger: Logger {
    var quiet = logger
    quiet.logLevel = max(.warning, logger.logLevel)
    return quiet
  }

  private func ready(on port: Int) async {
    do {
      if let password = try await firstAdministrator.create() { announce(password) }
    } catch {
      logger.error("The user admin could not be made", metadata: ["error": "\(error)"])
    }
    let place = "\(settings.address):\(port)"
    logger.notice("Serving", metadata: ["address": "\(place)", "tls": "\(settings.tls != nil)"])
    status.ready("serving on \(place)")
    ProcessMemory.settle()
  }

  /// Shows the password once, to a person; a log would keep it for everybody who reads logs.
  private func announce(_ password: String) {
    logger.notice(
      "Made the user admin; the password is in the state directory",
      metadata: ["file": "\(FirstAdministrator.fileName)"])
    guard isatty(STDERR_FILENO) == 1 else { return }
    let line = Array("The user admin has the password \(password)\n".utf8)
    _ = Glibc.write(STDERR_FILENO, line, line.count)
  }
}
