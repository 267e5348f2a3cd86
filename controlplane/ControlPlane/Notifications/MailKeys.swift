import Daemon

/// The mail server and how mail looks: Rundeck's keys, as its mail library names them.
enum MailKeys {
  static let all: [any DescribedKey] =
    [host, port, username, password, passwordFile, from, disabled, logLimit, authorities]
    + properties + unused

  private static let properties: [any DescribedKey] = [
    startTLS, startTLSRequired, tls, tlsSocket, socketPort, trust, connectTimeout, timeout,
    localHost,
  ]

  /// `rundeck.mail.template.subject` and the like; see docs/user/notifications.md.
  static let templates = ConfigurationFamily(
    "rundeck.mail.",
    "Templates of mail: template.subject, .file, .log.formatted, .log.extension and .log.contentType."
  )

  static let host = ConfigurationKey(
    "grails.mail.host", .nonEmptyText, default: "localhost", "The host of the mail server.")

  static let port = ConfigurationKey(
    "grails.mail.port", .int(1...65_535), default: 25, "The port of the mail server.")

  static let username = ConfigurationKey(
    "grails.mail.username", optional: .nonEmptyText, "Who logs in to the mail server.")

  static let password = ConfigurationKey(
    "grails.mail.password", optional: .secret, "The password for the mail server.")

  static let passwordFile = ConfigurationKey(
    "quarterdeck.mail.password.file", optional: .path,
    "A file with the password for the mail server, instead of grails.mail.password.")

  static let from = ConfigurationKey(
    "grails.mail.default.from", optional: .nonEmptyText,
    "Who mail comes from: an address, or Name <address>. quarterdeck at this host without it.")

  static let disabled = ConfigurationKey(
    "grails.mail.disabled", .bool, default: false, "Whether no mail is sent at all.")

  static let logLimit = ConfigurationKey(
    "quarterdeck.mail.logLimit", .int(1_024...67_108_864), default: 1_048_576,
    "How many bytes of output go with a mail; of longer output it is the end.")

  static let authorities = ConfigurationKey(
    "quarterdeck.mail.certificateAuthorities", optional: .path,
    "A PEM file with the certificates that the mail server's must be signed by; else the system's.")

  private static let prefix = "grails.mail.props.mail.smtp."

  static let startTLS = ConfigurationKey(
    prefix + "starttls.enable", .bool, default: false,
    "Whether mail goes by STARTTLS. A server that does not offer it gets none.")

  static let startTLSRequired = ConfigurationKey(
    prefix + "starttls.required", .bool, default: false,
    "The same as \(prefix)starttls.enable.")

  static let tls = ConfigurationKey(
    prefix + "ssl.enable", .bool, default: false,
    "Whether the connection is TLS from its beginning, as it is on port 465.")

  static let tlsSocket = ConfigurationKey(
    prefix + "socketFactory.class", optional: .nonEmptyText,
    "javax.net.ssl.SSLSocketFactory means the same as \(prefix)ssl.enable.")

  static let socketPort = ConfigurationKey(
    prefix + "socketFactory.port", optional: .int(1...65_535),
    "The port of the mail server when socketFactory.class is given.")

  static let trust = ConfigurationKey(
    prefix + "ssl.trust", optional: .nonEmptyText,
    "* believes any certificate of the mail server.")

  static let connectTimeout = ConfigurationKey(
    prefix + "connectiontimeout",
    .duration(in: .milliseconds, .milliseconds(100) ... .seconds(600)), default: .seconds(15),
    "How long the connection to the mail server may take; a plain number is milliseconds.")

  static let timeout = ConfigurationKey(
    prefix + "timeout", .duration(in: .milliseconds, .milliseconds(100) ... .seconds(3_600)),
    default: .seconds(60), "How long a mail may take in all; a plain number is milliseconds.")

  static let localHost = ConfigurationKey(
    prefix + "localhost", optional: .nonEmptyText, "What this host calls itself in EHLO.")

  private static let unused: [any DescribedKey] = [
    "auth", "port", "host", "writetimeout", "socketFactory.fallback", "ssl.protocols",
    "starttls.checkserveridentity", "ssl.checkserveridentity",
  ].map { name in
    ConfigurationKey(
      prefix + name, optional: .nonEmptyText,
      "Accepted for Rundeck's sake and without effect.")
  }
}
