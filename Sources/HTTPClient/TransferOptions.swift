import CCurl
import Glibc

/// Tells libcurl about one transfer.
struct TransferOptions {
  let easy: UnsafeMutableRawPointer

  func set(_ configuration: HTTPClientConfiguration) {
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_NOPROGRESS, 1)
    set(CURLOPT_PROTOCOLS_STR, "http,https")
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    set(CURLOPT_TCP_KEEPALIVE, 1)
    set(CURLOPT_TCP_KEEPIDLE, 30)
    set(CURLOPT_TCP_KEEPINTVL, 10)
    set(CURLOPT_BUFFERSIZE, 16 * 1024)
    set(CURLOPT_USERAGENT, configuration.userAgent)
    setVersion(configuration.version)
    setProxy(configuration.proxy)
    setTrust(configuration)
  }

  func set(_ request: HTTPRequest, length: Int64?) {
    set(CURLOPT_URL, request.url)
    set(request.timeouts)
    if request.method == "HEAD" {
      set(CURLOPT_NOBODY, 1)
    } else if request.sendsBody {
      set(CURLOPT_UPLOAD, 1)
      _ = qd_set_size(easy, CURLOPT_INFILESIZE_LARGE, Int(length ?? -1))
      set(CURLOPT_UPLOAD_BUFFERSIZE, (length ?? .max) > 64 * 1024 ? 64 * 1024 : 16 * 1024)
    }
    if request.method != "HEAD" { set(CURLOPT_CUSTOMREQUEST, request.method) }
    if let signing = request.signing { set(signing) }
  }

  private func set(_ signing: HTTPSigning) {
    set(CURLOPT_AWS_SIGV4, signing.parameters)
    set(CURLOPT_USERNAME, signing.accessKey)
    set(CURLOPT_PASSWORD, signing.secretKey)
    // What is signed is what is sent.
    set(CURLOPT_PATH_AS_IS, 1)
    set(CURLOPT_EXPECT_100_TIMEOUT_MS, 100)
  }

  /// Sets the header fields; the list must live as long as the transfer.
  func setHeaders(of request: HTTPRequest, length: Int64?) -> UnsafeMutablePointer<curl_slist>? {
    // Without this libcurl waits up to a second for a "100 Continue" before a large body. A signed request has to
    // be without it, and waits for a tenth: libcurl would sign the field that it does not send.
    let isWithoutExpect = request.headers["Expect"] == nil && request.signing == nil
    var list = isWithoutExpect ? curl_slist_append(nil, "Expect:") : nil
    for field in request.headers.fields {
      let line = field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)"
      list = curl_slist_append(list, line) ?? list
    }
    _ = qd_set_list(easy, CURLOPT_HTTPHEADER, list)
    return list
  }

  private func set(_ timeouts: HTTPTimeouts) {
    if let connect = timeouts.connect {
      set(CURLOPT_CONNECTTIMEOUT_MS, max(1, Int(connect.wholeMilliseconds)))
    } else {
      set(CURLOPT_CONNECTTIMEOUT_MS, Int(Int32.max))
    }
    if let total = timeouts.total {
      set(CURLOPT_TIMEOUT_MS, max(1, Int(total.wholeMilliseconds)))
    }
  }

  private func setVersion(_ version: HTTPClientConfiguration.Version) {
    switch version {
    case .http1: set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    case .http2: set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
    }
  }

  private func setProxy(_ proxy: HTTPClientConfiguration.Proxy) {
    switch proxy {
    case .environment: break
    case .none: set(CURLOPT_PROXY, "")
    case .url(let url): set(CURLOPT_PROXY, url)
    }
  }

  private func setTrust(_ configuration: HTTPClientConfiguration) {
    set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    if configuration.verification == .off {
      set(CURLOPT_SSL_VERIFYPEER, 0)
      set(CURLOPT_SSL_VERIFYHOST, 0)
    }
    if let file = configuration.certificateAuthorityFile {
      set(CURLOPT_CAINFO, file)
      _ = qd_set_text(easy, CURLOPT_CAPATH, nil)
    } else if let directory = qd_default_certificate_directory(easy), access(directory, R_OK) == 0 {
      // The directory is read certificate by certificate as needed; the bundle costs MiBs at once.
      _ = qd_set_text(easy, CURLOPT_CAINFO, nil)
    }
  }

  func set(_ option: CURLoption, _ value: Int) { _ = qd_set_long(easy, option, value) }

  private func set(_ option: CURLoption, _ value: String) { _ = qd_set_text(easy, option, value) }
}

extension HTTPRequest {
  /// Whether a length or a chunked body goes with it: these methods have one even when it is empty.
  var sendsBody: Bool { body != nil || ["POST", "PUT", "PATCH"].contains(method) }
}
