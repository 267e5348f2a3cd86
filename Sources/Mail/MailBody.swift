import CCurl

/// The parts of a message, as libcurl's MIME interface takes them.
struct MailBody {
  let easy: UnsafeMutableRawPointer

  /// The whole; the caller frees it. Nil without memory.
  func build(_ message: MailMessage) -> OpaquePointer? {
    guard let mixed = curl_mime_init(easy) else { return nil }
    let isBuilt =
      addText(message, to: mixed)
      && message.attachments.allSatisfy { add($0, to: mixed) }
    guard isBuilt else {
      curl_mime_free(mixed)
      return nil
    }
    return mixed
  }

  private func addText(_ message: MailMessage, to mixed: OpaquePointer) -> Bool {
    guard let plain = message.plain, let html = message.html else {
      return message.html.map { add($0, "text/html", to: mixed) }
        ?? add(message.plain ?? "", "text/plain", to: mixed)
    }
    // The last form that a reader understands is the one that it shows.
    guard let both = curl_mime_init(easy) else { return false }
    guard add(plain, "text/plain", to: both), add(html, "text/html", to: both),
      let part = curl_mime_addpart(mixed), curl_mime_subparts(part, both) == CURLE_OK
    else {
      curl_mime_free(both)
      return false
    }
    return curl_mime_type(part, "multipart/alternative") == CURLE_OK
      && curl_mime_headers(part, curl_slist_append(nil, "Content-Disposition: inline"), 1)
        == CURLE_OK
  }

  private func add(_ text: String, _ type: String, to mime: OpaquePointer) -> Bool {
    guard let part = curl_mime_addpart(mime) else { return false }
    return set(Array(text.withNetworkLineEnds.utf8), of: part)
      && curl_mime_type(part, "\(type); charset=UTF-8") == CURLE_OK
      && curl_mime_encoder(part, "quoted-printable") == CURLE_OK
  }

  private func add(_ attachment: MailMessage.Attachment, to mime: OpaquePointer) -> Bool {
    guard let part = curl_mime_addpart(mime) else { return false }
    let name = String(
      attachment.name.map {
        $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "_"
      })
    let type = String(attachment.type.filter { $0.isASCII && $0 > " " && $0 != "\u{7F}" })
    return set(attachment.bytes, of: part) && curl_mime_type(part, type) == CURLE_OK
      && curl_mime_filename(part, name) == CURLE_OK
      && curl_mime_encoder(part, "base64") == CURLE_OK
  }

  private func set(_ bytes: [UInt8], of part: OpaquePointer) -> Bool {
    bytes.withUnsafeBytes { bytes in
      curl_mime_data(part, bytes.bindMemory(to: CChar.self).baseAddress, bytes.count) == CURLE_OK
    }
  }
}

extension String {
  /// With CR LF at the end of each line, however it had ended.
  fileprivate var withNetworkLineEnds: String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(utf8.count + 64)
    var previous: UInt8 = 0
    for byte in utf8 {
      if byte == 0x0A, previous != 0x0D { bytes.append(0x0D) }
      bytes.append(byte)
      previous = byte
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
