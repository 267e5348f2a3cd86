import CCurl

/// What libcurl's results mean.
enum CurlFailure {
  static func code(
    of result: CURLcode, detail: String, isConnected: Bool
  ) -> HTTPClientError.Code {
    switch result {
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT: .badURL
    case CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_RESOLVE_HOST: .nameNotResolved
    case CURLE_COULDNT_CONNECT: .notConnected
    case CURLE_OPERATION_TIMEDOUT: isConnected ? .timedOut : .connectTimedOut
    case CURLE_PEER_FAILED_VERIFICATION: .untrustedCertificate
    case CURLE_SSL_CONNECT_ERROR: isBroken(detail) ? .connectionLost : .tlsFailed
    case CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE,
      CURLE_SSL_ISSUER_ERROR, CURLE_SSL_ENGINE_INITFAILED:
      .tlsFailed
    case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR,
      CURLE_SEND_FAIL_REWIND, CURLE_HTTP2, CURLE_HTTP2_STREAM:
      .connectionLost
    case CURLE_WEIRD_SERVER_REPLY: .protocolViolation
    default: .other
    }
  }

  /// libcurl's constant for a result, or its number for the rare ones.
  static func name(of result: CURLcode) -> String {
    switch result {
    case CURLE_UNSUPPORTED_PROTOCOL: "CURLE_UNSUPPORTED_PROTOCOL"
    case CURLE_URL_MALFORMAT: "CURLE_URL_MALFORMAT"
    case CURLE_COULDNT_RESOLVE_PROXY: "CURLE_COULDNT_RESOLVE_PROXY"
    case CURLE_COULDNT_RESOLVE_HOST: "CURLE_COULDNT_RESOLVE_HOST"
    case CURLE_COULDNT_CONNECT: "CURLE_COULDNT_CONNECT"
    case CURLE_WEIRD_SERVER_REPLY: "CURLE_WEIRD_SERVER_REPLY"
    case CURLE_HTTP2: "CURLE_HTTP2"
    case CURLE_PARTIAL_FILE: "CURLE_PARTIAL_FILE"
    case CURLE_OPERATION_TIMEDOUT: "CURLE_OPERATION_TIMEDOUT"
    case CURLE_SSL_CONNECT_ERROR: "CURLE_SSL_CONNECT_ERROR"
    case CURLE_GOT_NOTHING: "CURLE_GOT_NOTHING"
    case CURLE_SEND_ERROR: "CURLE_SEND_ERROR"
    case CURLE_RECV_ERROR: "CURLE_RECV_ERROR"
    case CURLE_SSL_CERTPROBLEM: "CURLE_SSL_CERTPROBLEM"
    case CURLE_SSL_CIPHER: "CURLE_SSL_CIPHER"
    case CURLE_PEER_FAILED_VERIFICATION: "CURLE_PEER_FAILED_VERIFICATION"
    case CURLE_SEND_FAIL_REWIND: "CURLE_SEND_FAIL_REWIND"
    case CURLE_SSL_CACERT_BADFILE: "CURLE_SSL_CACERT_BADFILE"
    case CURLE_HTTP2_STREAM: "CURLE_HTTP2_STREAM"
    default: "CURLcode \(result.rawValue)"
    }
  }

  /// Whether a failed handshake failed because the other side went away: a server that restarts.
  private static func isBroken(_ detail: String) -> Bool {
    detail.contains("SSL_ERROR_SYSCALL") || detail.contains("Connection reset")
      || detail.contains("unexpected eof")
  }
}
