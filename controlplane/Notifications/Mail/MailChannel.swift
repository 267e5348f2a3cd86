public import Logs
public import Mail
import Model
import Store

/// Notifications by mail.
public struct MailChannel: NotificationChannel {
  /// What the configuration says about mail.
  public struct Settings: Sendable {
    public var server: MailServer
    public var from: MailAddress
    public var templates: MailTemplates
    /// How many bytes of output go with a mail at most.
    public var logLimit: Int
    /// Whether nothing is sent at all.
    public var isDisabled: Bool

    public init(
      server: MailServer, from: MailAddress, templates: MailTemplates = MailTemplates([:]),
      logLimit: Int = 1 << 20, isDisabled: Bool = false
    ) {
      self.server = server
      self.from = from
      self.templates = templates
      self.logLimit = logLimit
      self.isDisabled = isDisabled
    }
  }

  private let settings: Settings
  private let log: MailLog
  private let sender: MailSender

  /// - Parameter logs: what steps printed.
  public init(_ settings: Settings, logs: LogReader) {
    self.settings = settings
    log = MailLog(reader: logs, limit: settings.logLimit)
    sender = MailSender(server: settings.server)
  }

  public func deliver(_ facts: NotificationFacts) async -> NotificationOutcome {
    guard !settings.isDisabled else {
      return NotificationOutcome(
        .never, NotificationAnswer(error: "mail is disabled (grails.mail.disabled)"))
    }
    do {
      let receipt = try await sender.send(try await message(facts))
      return NotificationOutcome(
        .delivered, NotificationAnswer(code: receipt.code, text: receipt.text))
    } catch let error as UndeliverableNotification {
      return NotificationOutcome(.never, NotificationAnswer(error: "\(error)"))
    } catch let error as MailError {
      return Self.outcome(error)
    } catch {
      return NotificationOutcome(.again, NotificationAnswer(error: "\(error)"))
    }
  }

  private static func outcome(_ error: MailError) -> NotificationOutcome {
    let answer = NotificationAnswer(code: error.code, error: error.message)
    if error.isCancelled { return NotificationOutcome(.cancelled, answer) }
    return NotificationOutcome(error.isTransient ? .again : .never, answer)
  }

  /// The message for one address. Throws `UndeliverableNotification` for an address that is none, and what keeps the
  /// template or the output from being read now.
  func message(_ facts: NotificationFacts) async throws -> MailMessage {
    let context = NotificationContext(facts)
    let text = context.expand(facts.record.receiver).trimmed
    guard let address = MailAddress(text) else {
      throw UndeliverableNotification(
        "recipients has '\(text.prefix(200))': it must be an address such as user@example.com")
    }
    let log = facts.record.content.settings["log"].flatMap(EmailNotification.Log.init(rawValue:))
    let output = log == nil ? "" : try await self.output(facts)
    var message = MailMessage(
      from: settings.from, to: [address], subject: settings.templates.subject(facts, context),
      date: facts.record.createdAt, id: messageID(facts.record))
    try write(
      &message, facts, context, inline: log == .inline || log == .fileAndInline ? output : nil)
    if log == .file || log == .fileAndInline { message.attachments = [attachment(output, facts)] }
    message.fields = ["X-Quarterdeck-Delivery": facts.record.deliveryID]
    return message
  }

  private func output(_ facts: NotificationFacts) async throws -> String {
    try await log.text(of: facts, isFormatted: settings.templates.isLogFormatted(facts))
  }

  private func write(
    _ message: inout MailMessage, _ facts: NotificationFacts, _ context: NotificationContext,
    inline output: String?
  ) throws {
    guard let path = settings.templates.file(facts, context) else {
      let page = MailPage(facts: facts, log: output)
      (message.plain, message.html) = (page.plain, page.html)
      return
    }
    var context = context
    context.groups["logoutput"] = ["data": output ?? ""]
    message.html = MailText.html(
      try TemplateFile.read(path), isMarkdown: MailText.isMarkdown(path), context)
  }

  private func attachment(
    _ output: String, _ facts: NotificationFacts
  ) -> MailMessage.Attachment {
    MailMessage.Attachment(
      name: "\(facts.job.name)-\(facts.executionID).\(settings.templates.logExtension(facts))",
      type: settings.templates.logType(facts), bytes: Array(output.utf8))
  }

  private func messageID(_ record: NotificationRecord) -> String {
    let host = settings.from.address.split(separator: "@").last ?? "localhost"
    return "\(record.deliveryID).\(record.createdAt.microseconds)@\(host)"
  }
}
