import Cryptography
import HTTPClient
import Model
import Store

/// A webhook as it is sent.
struct WebhookRequest: Sendable, Hashable {
  let method: String
  let url: String
  let headers: [(name: String, value: String)]
  /// Empty for methods without one.
  let body: String

  static func == (left: WebhookRequest, right: WebhookRequest) -> Bool {
    left.method == right.method && left.url == right.url && left.body == right.body
      && left.headers.elementsEqual(right.headers, by: ==)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(url)
    hasher.combine(body)
  }

  /// Throws what is wrong with the job's settings, which no later attempt would mend.
  ///
  /// - Parameter secret: `rundeck.notification.webhookSecurityKey`.
  init(_ facts: NotificationFacts, secret: String?) throws(UndeliverableNotification) {
    let settings = facts.record.content.settings
    let context = NotificationContext(facts)
    method = settings["method"] ?? "POST"
    let format = settings["format"].flatMap(WebhookNotification.Format.init(rawValue:)) ?? .xml
    url = try Self.address(facts.record.receiver, context)
    body = Self.withBody.contains(method) ? format.body(facts) : ""
    var headers = [
      ("X-RunDeck-Notification-Trigger", facts.event.rawValue),
      ("X-RunDeck-Notification-Execution-ID", facts.executionID),
      ("X-RunDeck-Notification-Execution-Status", facts.status.headerText),
    ]
    if let secret {
      headers.append(
        (
          "X-RunDeck-Notification-SHA256-Digest",
          Digest.hex(url + facts.event.rawValue + facts.executionID + secret)
        ))
    }
    headers.append(("X-Quarterdeck-Delivery", facts.record.deliveryID))
    let own = Self.headers(settings, context)
    if !body.isEmpty, !own.contains(where: { $0.name.lowercased() == "content-type" }) {
      headers.append(("Content-Type", format.contentType))
    }
    self.headers = headers + own
  }

  private static let withBody = ["POST", "PUT", "PATCH"]

  /// The job's own, by name.
  private static func headers(
    _ settings: [String: String], _ context: NotificationContext
  ) -> [(name: String, value: String)] {
    settings.sorted { $0.key < $1.key }.compactMap { key, value in
      guard key.hasPrefix(WebhookNotification.headerPrefix) else { return nil }
      let name = String(key.dropFirst(WebhookNotification.headerPrefix.count))
      return (name, context.expand(value).headerText)
    }
  }

  /// The address with its references replaced: values are percent-encoded, but for one with which the address begins.
  static func address(
    _ template: String, _ context: NotificationContext
  ) throws(UndeliverableNotification) -> String {
    let url = context.expand(template) { value, isFirst in
      isFirst ? value : PercentEncoding.encode(value)
    }
    let scheme = url.prefix { $0 != ":" }.lowercased()
    guard ["http", "https"].contains(scheme), url.dropFirst(scheme.count).hasPrefix("://") else {
      throw UndeliverableNotification(
        "urls has '\(url.prefix(200))': it must begin with http:// or https://")
    }
    return url.encodingWhatNoURLHas
  }
}

/// A notification that cannot be delivered as its job has it, however often it is tried.
struct UndeliverableNotification: Error, Sendable, Hashable, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

extension String {
  /// What may stand in a header field.
  fileprivate var headerText: String {
    String(
      unicodeScalars.filter { $0.isASCII && $0.value >= 0x20 && $0.value != 0x7F }.map(
        Character.init))
  }

  /// Percent-encodes blanks, quotes, control characters and all that is not ASCII, which people leave in addresses.
  fileprivate var encodingWhatNoURLHas: String {
    PercentEncoding.encode(self) { $0 > 0x20 && $0 < 0x7F && !Self.strange.contains($0) }
  }

  private static let strange: Set<UInt8> = Set("\"<>\\^`{|}".utf8)
}
