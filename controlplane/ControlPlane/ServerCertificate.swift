import Daemon
import Glibc
import NIOSSL

/// The certificate that the server shows, from `quarterdeck.tls.certificate` and `quarterdeck.tls.key`.
enum ServerCertificate {
  /// What is wrong with the two keys.
  struct Problem: ExitCoded, CustomStringConvertible {
    let description: String
    var exitCode: ExitCode { .configuration }
  }

  /// Nil when neither key is given.
  static func load(_ configuration: EffectiveConfiguration) throws(Problem) -> TLSConfiguration? {
    let certificate = configuration[ControlPlaneKeys.tlsCertificate]
    let key = configuration[ControlPlaneKeys.tlsKey]
    guard let certificate, let key else {
      guard certificate == nil, key == nil else {
        throw Problem(
          description: "\(ControlPlaneKeys.tlsCertificate.name) and \(ControlPlaneKeys.tlsKey.name)"
            + " are given together or not at all")
      }
      return nil
    }
    let chain = try read(ControlPlaneKeys.tlsCertificate.name, certificate, "certificate chain") {
      try NIOSSLCertificate.fromPEMFile(certificate)
    }
    let privateKey = try read(ControlPlaneKeys.tlsKey.name, key, "private key") {
      try NIOSSLPrivateKey(file: key, format: .pem)
    }
    return TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
  }

  /// What `body` reads from the file; a problem names the key, the path and what is to be done.
  private static func read<Content>(
    _ name: String, _ path: String, _ what: String, _ body: () throws -> Content
  ) throws(Problem) -> Content {
    guard access(path, R_OK) == 0 else {
      throw Problem(
        description:
          "\(name): \(path): \(String(cString: strerror(errno))): put the \(what) there, "
          + "readable for this user, or correct the path")
    }
    do {
      return try body()
    } catch {
      throw Problem(description: "\(name): \(path) is no PEM file with a \(what): \(error)")
    }
  }
}
