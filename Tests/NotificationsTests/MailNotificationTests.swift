import Logs
import Mail
import Model
import Spool
import Store
import TestSupport
import Testing

@testable import Notifications

@Suite struct MailNotificationTests {
  private typealias Fixture = OutboxFixture

  private func channel(
    _ fixture: OutboxFixture, port: Int = 25, _ values: [String: String] = [:], limit: Int = 1 << 20
  ) throws -> MailChannel {
    MailChannel(
      MailChannel.Settings(
        server: MailServer(host: "localhost", port: port),
        from: try #require(MailAddress("deck@example.com")), templates: MailTemplates(values),
        logLimit: limit),
      logs: LogReader(store: fixture.store))
  }

  /// The message for an execution with two lines of output.
  private func message(
    _ more: [JobEntry] = [], _ values: [String: String] = [:], limit: Int = 1 << 20,
    event: NotificationEvent = .failure, to: String = "ops@example.com",
    values data: [String: String] = [:]
  ) async throws -> MailMessage {
    let job = Fixture.job(Fixture.on(event.key, Fixture.email(to, more)))
    var message: MailMessage?
    try await Fixture.with(.sqlite) { fixture in
      let owner = try await fixture.add(job, status: .failed, lasted: .seconds(3))
      let frames = [
        Frame(.stdout, time: 1_800_000_000_000_000, payload: Array("first <line>\n".utf8)[...]),
        Frame(.stderr, time: 1_800_000_000_000_000, payload: Array("second\n".utf8)[...]),
      ]
      try await fixture.store.ask.logs.append(
        LogChunkDraft(data: frames.flatMap(\.bytes), lines: 2), to: owner.execution, step: "1",
        node: "n1")
      try await fixture.put(event, job, owner, status: .failed)
      let noting = NotingChannel()
      try await fixture.service([.email: noting]).deliverDue()
      var facts = try #require(noting.facts.first)
      facts.values["data"] = data
      message = try await channel(fixture, values, limit: limit).message(facts)
    }
    return try #require(message)
  }

  @Test func `the built-in mail says what happened, in two forms`() async throws {
    let message = try await message()
    #expect(message.subject == "FAILURE [demo] nightly/back up -x \"1 2\"")
    #expect(message.plain?.contains("http://deck:4440/project/demo/execution/show/7") == true)
    #expect(message.html?.contains("<td>failed</td>") == true)
    #expect(message.html?.contains("first") == false)
    #expect(message.attachments.isEmpty)
  }

  @Test func `the output goes with it as the job wants`() async throws {
    let file = try await message([JobEntry("attachLog", .boolean(true))])
    #expect(file.attachments.map(\.name) == ["back up-7.txt"])
    #expect(file.attachments.map(\.type) == ["text/plain"])
    #expect(String(decoding: file.attachments[0].bytes, as: UTF8.self) == "first <line>\nsecond\n")
    let inline = try await message(
      [JobEntry("attachLog", .text("true")), JobEntry("attachLogInline", .boolean(true))])
    #expect(inline.attachments.isEmpty)
    #expect(inline.html?.contains("<pre>first &lt;line&gt;\nsecond\n</pre>") == true)
    let end = try await message([JobEntry("attachLog", .boolean(true))], limit: 8)
    #expect(
      String(decoding: end.attachments[0].bytes, as: UTF8.self).hasSuffix("\nsecond\n") == true)
    let formatted = try await message(
      [JobEntry("attachLog", .boolean(true))],
      [
        "template.log.formatted": "true", "template.log.extension": "log",
        "failure.template.log.contentType": "text/x-log",
      ])
    #expect(formatted.attachments.map(\.name) == ["back up-7.log"])
    #expect(formatted.attachments.map(\.type) == ["text/x-log"])
    #expect(
      String(decoding: formatted.attachments[0].bytes, as: UTF8.self)
        == "08:00:00 [n1 1][NORMAL] first <line>\n08:00:00 [n1 1][ERROR] second\n")
  }

  @Test func `subjects come from the job, its project, the event or all, in this order`()
    async throws
  {
    var values = ["template.subject": "all ${job.name}"]
    #expect(try await message([], values).subject == "all back up")
    values["failure.template.subject"] = "event ${notification.trigger}"
    #expect(try await message([], values).subject == "event failure")
    values["demo.back up.template.subject"] = "job"
    #expect(try await message([], values).subject == "job")
    let own = [JobEntry("subject", .text("own ${execution.id}\r\nBcc: x@y.z"))]
    #expect(try await message(own, values).subject.hasPrefix("own 7") == true)
  }

  @Test func `a template's references are text, in HTML and in Markdown`() async throws {
    let folder = try makeTemporaryFolder()
    defer { removeFolder(folder) }
    try writeFile(
      "\(folder)/failure.html", "<b>${job.description}</b>${logoutput.data}${none.x}")
    try writeFile(
      "\(folder)/failure.md",
      "# *${job.description}*\n\n[here](${execution.href})\n\n    ${logoutput.data}\n\n<i>raw</i>\n"
    )
    let log = [
      JobEntry("attachLog", .boolean(true)), JobEntry("attachLogInline", .boolean(true)),
    ]
    let html = try await message(
      log, ["template.file": "\(folder)/${notification.trigger}.html"])
    #expect(html.html == "<b>Saves &lt;all&gt;</b>first &lt;line&gt;\nsecond\n")
    #expect(html.plain == nil)
    let markdown = try await message(
      log, ["template.file": "\(folder)/${notification.trigger}.md"])
    #expect(
      markdown.html == """
        <h1><em>Saves &lt;all&gt;</em></h1>
        <p><a href="http://deck:4440/project/demo/execution/show/7">here</a></p>
        <pre><code>first &lt;line&gt;
        second

        </code></pre>
        <p><i>raw</i></p>

        """)
    await #expect(throws: TemplateFile.Unreadable.self) {
      try await message([], ["template.file": "\(folder)/missing.html"])
    }
  }

  @Test func `what stands for a reference in a file's name is no path`() async throws {
    let folder = try makeTemporaryFolder()
    defer { removeFolder(folder) }
    try writeFile("\(folder)/.._secret.html", "here")
    try writeFile("\(folder)/x", "")
    let message = try await message(
      [], ["template.file": "\(folder)/${data.name}.html"], values: ["name": "../secret"])
    #expect(message.html == "here")
  }

  @Test func `an address that is none is given up at once`() async throws {
    await #expect(throws: UndeliverableNotification.self) {
      try await message(to: "nobody")
    }
  }

  @Test(arguments: Engine.all)
  func `mail goes through the outbox to a real server`(on engine: Engine) async throws {
    let catcher = try await PythonServer.mail()
    let job = Fixture.job(
      Fixture.on(
        "onsuccess",
        Fixture.email("ann@example.com, later@example.com, refuse@example.com, not an address")))
    try await Fixture.with(engine) { fixture in
      let owner = try await fixture.add(job, status: .succeeded, lasted: .seconds(1))
      try await fixture.put(.success, job, owner)
      let mail = try channel(fixture, port: catcher.port)
      try await fixture.running(try await fixture.service([.email: mail])) {
        _ = try await eventually("all are settled") {
          try await fixture.all().allSatisfy { $0.state != .waiting } ? true : nil
        }
      }
      let records = try await fixture.all()
      #expect(records.map(\.state) == [.delivered, .delivered, .dead, .dead])
      #expect(records[1].attempts == 3)
      #expect(records[2].error?.contains("no such user here") == true)
      #expect(records[3].error?.contains("must be an address") == true)
      #expect(catcher.events.count == 2)
      #expect(
        Set(catcher.events.compactMap(\.delivery.text)) == ["7-success-0-0", "7-success-0-1"])
    }
  }
}
