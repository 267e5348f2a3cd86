import Daemon
import FoundationEssentials
import Mail
import Notifications

/// What the configuration says about mail, checked.
struct MailConfiguration: Sendable {
  let settings: MailChannel.Settings

  /// Throws `ConfigurationError`: an address that is none, two passwords, a password file that cannot be read.
  init(_ configuration: EffectiveConfiguration) throws {
    settings = MailChannel.Settings(
      server: try Self.server(configuration), from: try Self.from(configuration),
      templates: MailTemplates(configuration[MailKeys.templates]),
      logLimit: configuration[MailKeys.logLimit],
      isDisabled: configuration[MailKeys.disabled])
  }

  private static func server(_ configuration: EffectiveConfiguration) throws -> MailServer {
    var server = MailServer(
      host: configuration[MailKeys.host], port: configuration[MailKeys.port],
      security: try security(configuration), user: configuration[MailKeys.username],
      password: try password(configuration))
    if isSocketTLS(configuration), let port = configuration[MailKeys.socketPort] {
      server.port = port
    }
    server.verifiesCertificate = configuration[MailKeys.trust] != "*"
    server.certificateAuthorityFile = configuration[MailKeys.authorities]
    server.connectTimeout = configuration[MailKeys.connectTimeout]
    server.timeout = configuration[MailKeys.timeout]
    server.hello = configuration[MailKeys.localHost] ?? Host.name
    return server
  }

  private static func security(
    _ configuration: EffectiveConfiguration
  ) throws -> MailServer.Security {
    let isStartTLS =
      configuration[MailKeys.startTLS] || configuration[MailKeys.startTLSRequired]
    let isTLS = configuration[MailKeys.tls] || isSocketTLS(configuration)
    return isTLS ? .tls : isStartTLS ? .startTLS : .none
  }

  private static func isSocketTLS(_ configuration: EffectiveConfiguration) -> Bool {
    configuration[MailKeys.tlsSocket]?.hasSuffix("SSLSocketFactory") ?? false
  }

  private static func password(_ configuration: EffectiveConfiguration) throws -> String? {
    let password = configuration[MailKeys.password]
    guard let path = configuration[MailKeys.passwordFile] else { return password }
    let key = MailKeys.passwordFile.name
    guard password == nil else {
      throw ConfigurationError(key: key, reason: "is given, and grails.mail.password too")
    }
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw ConfigurationError(key: key, value: path, reason: "cannot be read")
    }
    return text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
  }

  private static func from(_ configuration: EffectiveConfiguration) throws -> MailAddress {
    let key = MailKeys.from
    guard let text = configuration[key] else {
      return MailAddress("quarterdeck@\(Host.name)") ?? MailAddress("quarterdeck@localhost")!
    }
    guard let address = MailAddress(text) else {
      throw ConfigurationError(
        key: key.name, value: text,
        reason: "is not allowed; allowed: an address such as user@example.com or Name <address>")
    }
    return address
  }
}
