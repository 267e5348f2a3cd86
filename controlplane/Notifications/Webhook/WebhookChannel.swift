public import HTTPClient
import Store

/// Notifications by HTTP. Redirects are not followed; what answers 2xx has the notification.
public struct WebhookChannel: NotificationChannel {
  private let http: HTTPClient
  private let secret: String?
  private let timeout: Duration

  /// - Parameters:
  ///   - secret: `rundeck.notification.webhookSecurityKey`, with which receivers know who sent it.
  ///   - timeout: how long one attempt may take.
  public init(http: HTTPClient, secret: String?, timeout: Duration) {
    self.http = http
    self.secret = secret
    self.timeout = timeout
  }

  public func deliver(_ facts: NotificationFacts) async -> NotificationOutcome {
    let webhook: WebhookRequest
    do throws(UndeliverableNotification) {
      webhook = try WebhookRequest(facts, secret: secret)
    } catch {
      return NotificationOutcome(.never, NotificationAnswer(error: "\(error)"))
    }
    return await send(webhook)
  }

  private func send(_ webhook: WebhookRequest) async -> NotificationOutcome {
    var headers = HTTPHeaders()
    for header in webhook.headers { headers.append(header.name, header.value) }
    let request = HTTPRequest(
      webhook.method, webhook.url, headers: headers,
      body: webhook.body.isEmpty ? nil : .bytes(Array(webhook.body.utf8)),
      timeouts: HTTPTimeouts(connect: min(timeout, .seconds(10)), total: timeout, idle: timeout))
    do throws(HTTPClientError) {
      // Of an answer's body only the beginning is of use, and it is not waited for.
      let answer = try await http.stream(request)
      return Self.outcome(answer.status, await Self.beginning(of: answer.body))
    } catch {
      return Self.outcome(error)
    }
  }

  private static func beginning(of body: HTTPResponseBody) async -> String {
    var bytes: [UInt8] = []
    do {
      for try await piece in body {
        bytes += piece
        if bytes.count >= 1_000 { break }
      }
    } catch {}
    return String(decoding: bytes.prefix(1_000), as: UTF8.self)
  }

  static func outcome(_ status: Int, _ text: String) -> NotificationOutcome {
    var answer = NotificationAnswer(code: status, text: text)
    switch status {
    case 200...299: return NotificationOutcome(.delivered, answer)
    case 300...399: answer.error = "it answered \(status); redirects are not followed"
    default: answer.error = "it answered \(status)"
    }
    // These say that the request itself is at fault; the others may pass.
    let isFinal = (400...499).contains(status) && ![408, 421, 425, 429].contains(status)
    return NotificationOutcome(isFinal ? .never : .again, answer)
  }

  private static func outcome(_ error: HTTPClientError) -> NotificationOutcome {
    let answer = NotificationAnswer(error: error.description)
    return switch error.code {
    case .cancelled, .shutDown: NotificationOutcome(.cancelled, answer)
    case .badURL, .badRequest: NotificationOutcome(.never, answer)
    case .connectTimedOut, .timedOut, .idleTimedOut: NotificationOutcome(.hung, answer)
    default: NotificationOutcome(.again, answer)
    }
  }
}
