import Cryptography
import Glibc
import Model
import TestSupport
import Testing

@testable import Mail

/// Against aiosmtpd.
@Suite struct MailSenderTests {
  private func message(_ subject: String = "hello", to: String = "ops@example.com") throws
    -> MailMessage
  {
    MailMessage(
      from: try #require(MailAddress("Quarterdeck <qd@example.com>")),
      to: [try #require(MailAddress(to))], subject: subject, plain: "plain text\n",
      html: "<p>html text</p>\n", date: Instant(microseconds: 1_800_000_000_000_000),
      id: "1-success-0-0@example.com")
  }

  private func server(_ catcher: PythonServer) -> MailServer {
    var server = MailServer(host: "localhost", port: catcher.port)
    server.timeout = .seconds(30)
    return server
  }

  @Test func `a message arrives with its parts, its subject and its date`() async throws {
    let catcher = try await PythonServer.mail()
    var message = try message("Größe: 100 % – " + String(repeating: "lang ", count: 40))
    let long = String(repeating: "ein langer Satz mit ü ", count: 200)
    message.plain = ".begins with a dot\nline\r\n.\r\n" + long
    message.attachments = [
      .init(name: "log 1.txt", type: "text/plain", bytes: Array("out\u{0}put\nend".utf8))
    ]
    let receipt = try await MailSender(server: server(catcher)).send(message)
    #expect(receipt.code == 250)
    #expect(receipt.text.hasPrefix("250 2.0.0 taken"))
    let mail = try await eventually("the mail is there") { catcher.events.first }
    #expect(mail.subject.text?.trimmed == message.subject.trimmed)
    #expect(mail["from"].text == "qd@example.com")
    #expect(mail.to[0].text == "ops@example.com")
    #expect(mail.header_from.text == "Quarterdeck <qd@example.com>")
    #expect(mail.id.text == "<1-success-0-0@example.com>")
    #expect(mail.date.text == "Fri, 15 Jan 2027 08:00:00 +0000")
    #expect(mail.defects.items.isEmpty)
    let parts = mail.parts.items
    #expect(parts.map(\.type.text) == ["text/plain", "text/html", "text/plain"])
    #expect(
      parts[0]["text"].text?.replacing("\r\n", with: "\n") == ".begins with a dot\nline\n.\n" + long
    )
    #expect(parts[1]["text"].text == "<p>html text</p>\r\n")
    #expect(parts[2]["text"].text == "out\u{0}put\nend")
    #expect(parts[2]["file"].text == "log_1.txt")
    #expect((mail.longest.int ?? 999) <= 200)
  }

  @Test func `nothing in a message begins a field or a recipient of its own`() async throws {
    let catcher = try await PythonServer.mail()
    var message = try message("x\r\nBcc: evil@example.com\r\n\r\nbody")
    message.id = "a>\r\nX-Evil: 1"
    message.fields = ["X-Quarterdeck-Delivery": "1\r\nX-Evil: 2", "X-A\r\nX-Evil": "3"]
    _ = try await MailSender(server: server(catcher)).send(message)
    let mail = try await eventually("the mail is there") { catcher.events.first }
    #expect(mail.to.items.count == 1)
    let names = mail.names.items.compactMap(\.text)
    #expect(!names.contains("Bcc") && !names.contains("X-Evil"))
  }

  @Test(arguments: [PythonServer.MailSecurity.starttls, .tls])
  func `mail goes by TLS with a login, and only to who proves to be the server`(
    security: PythonServer.MailSecurity
  ) async throws {
    let folder = try makeTemporaryFolder()
    defer { removeFolder(folder) }
    let certificate = try SelfSignedCertificate.make(
      hosts: ["localhost"], validFor: .seconds(3_600), now: Int64(time(nil)))
    try writeFile("\(folder)/cert.pem", certificate.certificatePEM)
    try writeFile("\(folder)/key.pem", certificate.privateKeyPEM)
    let catcher = try await PythonServer.mail(
      security, certificate: "\(folder)/cert.pem", key: "\(folder)/key.pem", user: "deck",
      password: "s3cret ö")
    var server = server(catcher)
    server.security = security == .tls ? .tls : .startTLS
    server.user = "deck"
    server.password = "wrong"
    // Not a certificate of an authority that this host trusts.
    let untrusted = await error(server, try message())
    #expect(untrusted?.isTransient == true && untrusted?.code == nil)
    server.certificateAuthorityFile = "\(folder)/cert.pem"
    let wrong = await error(server, try message())
    #expect(wrong?.code == 535, "\(wrong?.message ?? "")")
    #expect(wrong?.message.contains("wrong") == false)
    server.password = "s3cret ö"
    _ = try await MailSender(server: server).send(try message())
    let mail = try await eventually("the mail is there") { catcher.events.first }
    #expect(mail.tls.bool == true && mail.user.bool == true)
  }

  @Test func `without STARTTLS nothing is sent to a server that is to have it`() async throws {
    let catcher = try await PythonServer.mail()
    var server = server(catcher)
    server.security = .startTLS
    #expect(await error(server, try message()) != nil)
    #expect(catcher.events.isEmpty)
  }

  @Test func `a refusal says whether it is for good`() async throws {
    let catcher = try await PythonServer.mail()
    let server = server(catcher)
    let refused = await error(server, try message(to: "refuse@example.com"))
    #expect(refused?.code == 550 && refused?.isTransient == false)
    #expect(refused?.message.contains("no such user here") == true)
    let later = await error(server, try message(to: "later@example.com"))
    #expect(later?.code == 451 && later?.isTransient == true)
  }

  @Test func `a server that is not there is tried again later, and one that hangs is left`()
    async throws
  {
    let nobody = await error(
      MailServer(host: "localhost", port: Int(try freePort())), try message())
    #expect(nobody?.isTransient == true)
    let silent = try SilentServer()
    var server = MailServer(host: "127.0.0.1", port: silent.port)
    server.timeout = .milliseconds(300)
    let hung = await error(server, try message())
    #expect(hung?.isTransient == true && hung?.code == nil)
    server.timeout = .seconds(300)
    let sending = Task { [server] in await error(server, try message()) }
    try await Task.sleep(for: .milliseconds(50))
    sending.cancel()
    #expect(try await sending.value?.isCancelled == true)
  }

  private func error(_ server: MailServer, _ message: MailMessage) async -> MailError? {
    do throws(MailError) {
      _ = try await MailSender(server: server).send(message)
      return nil
    } catch {
      return error
    }
  }
}

extension String {
  fileprivate var trimmed: String { String(reversed().drop { $0 == " " }.reversed()) }
}

/// Takes connections and says nothing.
private final class SilentServer: Sendable {
  private let descriptor: Int32
  let port: Int

  init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isThere = withUnsafeMutablePointer(to: &address) { [descriptor] pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, size) == 0 && listen(descriptor, 8) == 0
          && getsockname(descriptor, pointer, &size) == 0
      }
    }
    guard isThere else { throw SpawnFailure(executable: "listen", code: errno) }
    port = Int(UInt16(bigEndian: address.sin_port))
  }

  deinit { close(descriptor) }
}
