import CCurl

/// One message on its way through libcurl. Used by one thread.
final class MailTransfer {
  private let easy: UnsafeMutableRawPointer
  private let server: MailServer
  private let cancellation: Cancellation
  private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
  private var recipients: UnsafeMutablePointer<curl_slist>?
  private var header: UnsafeMutablePointer<curl_slist>?
  private var body: OpaquePointer?
  /// The last reply of the server that took or answered something.
  private var reply = ""
  /// The last one that refused something.
  private var refusal: String?

  /// Everything that is sent is copied. Nil without memory.
  init?(_ message: MailMessage, _ server: MailServer, _ cancellation: Cancellation) {
    guard let easy = curl_easy_init() else { return nil }
    self.easy = easy
    self.server = server
    self.cancellation = cancellation
    errorText.pointee = 0
    body = MailBody(easy: easy).build(message)
    for address in message.to { recipients = curl_slist_append(recipients, address.address) }
    for line in message.header { header = curl_slist_append(header, line) }
    setMessage(message)
    setServer()
    setCallbacks()
  }

  deinit {
    curl_easy_cleanup(easy)
    curl_mime_free(body)
    curl_slist_free_all(recipients)
    curl_slist_free_all(header)
    errorText.deallocate()
  }

  func perform() -> Result<MailReceipt, MailError> {
    guard body != nil else {
      return .failure(MailError(code: nil, message: "libcurl has no memory", isTransient: true))
    }
    let result = curl_easy_perform(easy)
    guard result != CURLE_OK else {
      return .success(MailReceipt(code: Self.code(of: reply) ?? 250, text: reply))
    }
    if cancellation.isCancelled {
      return .failure(
        MailError(code: nil, message: "cancelled", isTransient: true, isCancelled: true))
    }
    return .failure(failure(result))
  }

  private static func code(of reply: String) -> Int? { Int(reply.prefix(3)) }

  private func failure(_ result: CURLcode) -> MailError {
    let code = refusal.flatMap(Self.code) ?? 0
    let detail = String(cString: errorText)
    let words = detail.isEmpty ? String(cString: curl_easy_strerror(result)) : detail
    let isPermanent: Bool
    switch result {
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_USE_SSL_FAILED, CURLE_URL_MALFORMAT,
      CURLE_SSL_CACERT_BADFILE, CURLE_UNSUPPORTED_PROTOCOL:
      isPermanent = false
    default: isPermanent = code >= 500 && result != CURLE_LOGIN_DENIED
    }
    let place = "\(server.host):\(server.port)"
    return MailError(
      code: refusal == nil ? nil : code,
      message: refusal.map { "\(place): \($0) (\(words))" } ?? "\(place): \(words)",
      isTransient: !isPermanent)
  }

  private func setMessage(_ message: MailMessage) {
    set(CURLOPT_MAIL_FROM, message.from.address)
    _ = qd_set_list(easy, CURLOPT_MAIL_RCPT, recipients)
    _ = qd_set_list(easy, CURLOPT_HTTPHEADER, header)
    if let body { _ = qd_set_pointer(easy, CURLOPT_MIMEPOST, UnsafeMutableRawPointer(body)) }
  }

  private func setServer() {
    set(CURLOPT_URL, server.url)
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
    set(CURLOPT_PROXY, "")
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(server.connectTimeout))
    set(CURLOPT_TIMEOUT_MS, milliseconds(server.timeout))
    if server.security == .startTLS { set(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)) }
    if let file = server.certificateAuthorityFile { set(CURLOPT_CAINFO, file) }
    if !server.verifiesCertificate {
      set(CURLOPT_SSL_VERIFYPEER, 0)
      set(CURLOPT_SSL_VERIFYHOST, 0)
    }
    if let user = server.user {
      set(CURLOPT_USERNAME, user)
      set(CURLOPT_PASSWORD, server.password ?? "")
    }
  }

  private func setCallbacks() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    _ = qd_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
    for option in [CURLOPT_HEADERDATA, CURLOPT_WRITEDATA, CURLOPT_XFERINFODATA] {
      _ = qd_set_pointer(easy, option, context)
    }
    for option in [CURLOPT_HEADERFUNCTION, CURLOPT_WRITEFUNCTION] {
      _ = qd_set_data_callback(easy, option) { data, size, count, context in
        MailTransfer.behind(context).take(
          UnsafeRawBufferPointer(start: data, count: size * count))
        return size * count
      }
    }
    set(CURLOPT_NOPROGRESS, 0)
    _ = qd_set_progress_callback(easy) { context, _, _, _, _ in
      MailTransfer.behind(context).cancellation.isCancelled ? 1 : 0
    }
  }

  private static func behind(_ context: UnsafeMutableRawPointer?) -> MailTransfer {
    // libcurl hands back what `setCallbacks` gave it, and the caller of `perform` holds the transfer meanwhile.
    Unmanaged<MailTransfer>.fromOpaque(context!).takeUnretainedValue()
  }

  /// A line of the server's.
  private func take(_ bytes: UnsafeRawBufferPointer) {
    let line = String(decoding: bytes.prefix(500), as: UTF8.self)
    let isReply = line.prefix(3).allSatisfy(\.isNumber) && line.count > 3
    guard isReply else { return }
    let text = String(line.prefix { $0 != "\r" && $0 != "\n" && $0 != "\r\n" })
    switch text.first {
    case "4", "5": refusal = text
    // The goodbye says nothing about the message.
    case "2" where !text.hasPrefix("221"): reply = text
    default: break
    }
  }

  private func set(_ option: CURLoption, _ value: Int) { _ = qd_set_long(easy, option, value) }
  private func set(_ option: CURLoption, _ value: String) { _ = qd_set_text(easy, option, value) }

  private func milliseconds(_ duration: Duration) -> Int {
    max(1, Int(duration / .milliseconds(1)))
  }
}
