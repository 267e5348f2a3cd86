import TestSupport

extension PythonServer {
  /// Has values for options: `/repos`, `/branches?of=…` below `branches`, `/text`; `/never` does not answer, `/file`
  /// redirects to a file.
  static func optionValues() async throws -> PythonServer {
    try await PythonServer(
      """
      import json, time, urllib.parse
      from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
      class Handler(BaseHTTPRequestHandler):
          def log_message(self, *a): pass
          def send(self, body, type="application/json"):
              self.send_response(200)
              self.send_header("Content-Type", type)
              self.end_headers()
              self.wfile.write(body.encode())
          def do_GET(self):
              url = urllib.parse.urlsplit(self.path)
              of = urllib.parse.parse_qs(url.query).get("of", [""])[0]
              if url.path == "/never": time.sleep(600)
              elif url.path == "/repos": self.send(json.dumps(["a b", "b"]))
              elif url.path == "/text": self.send("one\\ntwo words\\n", "text/plain")
              elif url.path == "/branches":
                  self.send(json.dumps({"branches": [{"name": "Main", "value": "main of " + of}]}))
              elif url.path == "/file":
                  self.send_response(302)
                  self.send_header("Location", "file:///etc/passwd")
                  self.end_headers()
              else: self.send_error(404)
      server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
      print("PORT", server.server_address[1], flush=True)
      server.serve_forever()
      """)
  }
}
