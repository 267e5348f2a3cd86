import Glibc
import Synchronization

/// A server in Python that a test starts, on a free port of the loopback: it ends with its holder or with the test process,
/// however that ends. It prints `PORT n` first, and then a line of JSON for each thing that happened to it.
public final class PythonServer: Sendable {
  public let port: Int
  private let process: SpawnedProcess
  private let lifeline: Int32
  private let folder: String

  /// Starts `program`, a script whose last line may run for ever, and waits for its port.
  public init(_ program: String, _ arguments: [String] = []) async throws {
    folder = try makeTemporaryFolder("quarterdeck-server")
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw SpawnFailure(executable: "pipe", code: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    lifeline = ends[1]
    process = try SpawnedProcess(
      "/usr/bin/python3", ["-c", Self.guardian + program] + arguments,
      environment: ["PATH": "/usr/bin:/bin", "PYTHONUNBUFFERED": "1"],
      outputPath: "\(folder)/output", input: ends[0])
    let process = process
    port = try await eventually("the server has a port") { () -> Int? in
      guard !process.hasEnded else { throw NeverHappened(description: process.output) }
      let lines = process.output.split(separator: "\n")
      return lines.first { $0.hasPrefix("PORT ") }.flatMap { Int($0.dropFirst(5)) }
    }
  }

  deinit {
    process.end(SIGKILL)
    close(lifeline)
    removeFolder(folder)
  }

  /// What happened so far, each a document.
  public var events: [JSONDocument] {
    process.output.split(separator: "\n").filter { $0.hasPrefix("{") }
      .compactMap { try? JSONDocument(Array($0.utf8)) }
  }

  /// Everything that it printed.
  public var output: String { process.output }

  /// Ends itself when the pipe on its standard input does: when nobody holds the server any more.
  private static let guardian = """
    import os, sys, threading
    def watch():
        sys.stdin.read()
        os._exit(0)
    threading.Thread(target=watch, daemon=True).start()

    """
}

extension PythonServer {
  /// Takes webhooks. The path says how it behaves: `/hang` never answers, `/hang/N/…` does not answer the
  /// first N requests of that path, `/fail/N/…` answers 500 to the first N requests of
  /// that path, `/break/N/…` closes the connection instead, `/gone` answers 404; all else is answered with 200.
  public static func webhooks() async throws -> PythonServer {
    try await PythonServer(
      """
      import json, time
      from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
      seen = {}
      lock = threading.Lock()
      class Handler(BaseHTTPRequestHandler):
          protocol_version = "HTTP/1.1"
          def log_message(self, *a): pass
          def handle_any(self):
              length = int(self.headers.get("Content-Length") or 0)
              body = self.rfile.read(length).decode("utf-8", "replace")
              path = self.path
              with lock:
                  seen[path] = seen.get(path, 0) + 1
                  count = seen[path]
                  print(json.dumps({"line": self.requestline, "path": path, "method": self.command,
                      "headers": {k: v for k, v in self.headers.items()}, "body": body,
                      "count": count}), flush=True)
              parts = path.split("?")[0].split("/")
              if parts[1] == "hang" and (len(parts) < 4 or count <= int(parts[2])):
                  time.sleep(100000)
              if parts[1] == "break" and count <= int(parts[2]):
                  self.connection.close()
                  self.close_connection = True
                  return
              status = 200
              if parts[1] == "fail" and count <= int(parts[2]): status = 500
              if parts[1] == "gone": status = 404
              self.send_response(status)
              answer = b"thanks" if status == 200 else b"not now"
              self.send_header("Content-Length", str(len(answer)))
              self.end_headers()
              self.wfile.write(answer)
          do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = handle_any
      server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
      server.daemon_threads = True
      print("PORT", server.server_address[1], flush=True)
      server.serve_forever()
      """)
  }

  /// How a mail server protects its connections.
  public enum MailSecurity: String, Sendable { case none, starttls, tls }

  /// Takes mail, by aiosmtpd (Debian's python3-aiosmtpd), and reads it with Python's own parser. Mail to `refuse@…` is
  /// refused for good, mail to `later@…` twice for now. With a user it wants AUTH.
  public static func mail(
    _ security: MailSecurity = .none, certificate: String = "", key: String = "",
    user: String = "", password: String = ""
  ) async throws -> PythonServer {
    try await PythonServer(
      """
      import asyncio, json, ssl
      from email import message_from_bytes, policy
      from aiosmtpd.smtp import SMTP, AuthResult
      mode, certificate, key, user, password = sys.argv[1:6]
      context = None
      if mode != "none":
          context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
          context.load_cert_chain(certificate, key)
      later = {}
      class Handler:
          async def handle_RCPT(self, server, session, envelope, address, options):
              if address.startswith("refuse@"): return "550 5.1.1 no such user here"
              if address.startswith("later@"):
                  later[address] = later.get(address, 0) + 1
                  if later[address] <= 2: return "451 4.7.1 greylisted, try again"
              envelope.rcpt_tos.append(address)
              return "250 OK"
          async def handle_DATA(self, server, session, envelope):
              message = message_from_bytes(envelope.content, policy=policy.default)
              parts = []
              for part in message.walk():
                  if part.is_multipart(): continue
                  parts.append({"type": part.get_content_type(), "charset": part.get_content_charset(),
                      "encoding": part.get("Content-Transfer-Encoding"), "file": part.get_filename(),
                      "text": part.get_payload(decode=True).decode("utf-8", "replace")})
              lines = envelope.content.split(b"\\r\\n")
              print(json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos,
                  "subject": message["Subject"], "header_from": message["From"], "header_to": message["To"],
                  "names": sorted(set(message.keys())), "id": message["Message-ID"], "date": message["Date"],
                  "delivery": message["X-Quarterdeck-Delivery"],
                  "parts": parts, "longest": max(len(l) for l in lines), "defects": [str(d) for d in message.defects],
                  "tls": session.ssl is not None or mode == "tls", "user": getattr(session, "auth_data", None) is not None}), flush=True)
              return "250 2.0.0 taken"
      def authenticate(server, session, envelope, mechanism, data):
          return AuthResult(success=data.login == user.encode() and data.password == password.encode(),
              handled=False, auth_data=data)
      def make():
          return SMTP(Handler(), hostname="catcher", loop=loop,
              tls_context=context if mode == "starttls" else None, require_starttls=mode == "starttls",
              authenticator=authenticate if user else None, auth_required=bool(user),
              auth_require_tls=False)
      loop = asyncio.new_event_loop()
      asyncio.set_event_loop(loop)
      server = loop.run_until_complete(loop.create_server(make, "127.0.0.1", 0,
          ssl=context if mode == "tls" else None))
      print("PORT", server.sockets[0].getsockname()[1], flush=True)
      loop.run_forever()
      """, [security.rawValue, certificate, key, user, password])
  }
}
