public import Model

/// A message to one or several people.
public struct MailMessage: Sendable, Hashable {
  /// A file that goes with it.
  public struct Attachment: Sendable, Hashable {
    public var name: String
    /// A media type, such as `text/plain`.
    public var type: String
    public var bytes: [UInt8]

    public init(name: String, type: String, bytes: [UInt8]) {
      self.name = name
      self.type = type
      self.bytes = bytes
    }
  }

  public var from: MailAddress
  public var to: [MailAddress]
  public var subject: String
  /// The text in two forms, of which a reader shows the better one; at least one of them.
  public var plain: String?
  public var html: String?
  public var attachments: [Attachment]
  public var date: Instant
  /// What the message is known by, without angle brackets; the same when it is sent once more.
  public var id: String
  /// Further fields: names and values of ASCII.
  public var fields: [String: String]

  public init(
    from: MailAddress, to: [MailAddress], subject: String, plain: String? = nil,
    html: String? = nil, attachments: [Attachment] = [], date: Instant, id: String,
    fields: [String: String] = [:]
  ) {
    self.from = from
    self.to = to
    self.subject = subject
    self.plain = plain
    self.html = html
    self.attachments = attachments
    self.date = date
    self.id = id
    self.fields = fields
  }

  /// The header's fields; the ones about the body are libcurl's.
  var header: [String] {
    [
      "Date: \(MailDate.text(date))", "From: \(from)",
      "To: \(to.map(\.description).joined(separator: ",\r\n "))",
      "Subject: \(HeaderText.unstructured(subject))", "Message-ID: <\(Self.token(id))>",
      // Nobody's answering machine is to answer.
      "Auto-Submitted: auto-generated",
    ]
      + fields.sorted { $0.key < $1.key }.map {
        "\(Self.token($0.key)): \(HeaderText.unstructured($0.value))"
      }
  }

  private static func token(_ text: String) -> String {
    String(text.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "-._@".contains($0)) })
  }
}

/// `Mon, 23 Nov 2026 03:40:00 +0000`.
enum MailDate {
  private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  static func text(_ instant: Instant) -> String {
    let text = Array(instant.iso8601)
    let day = Int(
      (instant.microseconds - (instant.microseconds % 86_400_000_000 + 86_400_000_000)
        % 86_400_000_000)
        / 86_400_000_000)
    let month = Int(String(text[5...6])).map { months[($0 - 1) % 12] } ?? "Jan"
    return "\(days[(day % 7 + 7) % 7]), \(String(text[8...9])) \(month) \(String(text[0...3])) "
      + "\(String(text[11...18])) +0000"
  }
}
