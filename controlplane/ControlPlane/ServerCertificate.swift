import Daemon
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
    do {
      let chain = try NIOSSLCertificate.fromPEMFile(certificate)
      let privateKey = try NIOSSLPrivateKey(file: key, format: .pem)
      return TLSConfiguration.makeServerConfiguration(
        certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
    } catch {
      throw Problem(description: "\(certificate), \(key): \(error)")
    }
  }
}
