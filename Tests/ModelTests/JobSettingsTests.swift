import Model
import Testing

/// A map of the definition's tree.
private func map(_ entries: KeyValuePairs<String, JobValue>) -> JobValue {
  .map(entries.map { JobEntry($0.key, $0.value) })
}

@Suite struct JobSettingsTests {
  @Test func `retries are a number or a reference, with or without a delay`() throws {
    #expect(try JobRetry(.number("3")) == JobRetry(count: "3"))
    #expect(try JobRetry(.text("")) == nil)
    let both = map(["retry": .text("${option.r}"), "delay": .text("1h1m1s")])
    #expect(try JobRetry(both) == JobRetry(count: "${option.r}", delay: "1h1m1s"))
    for (value, field) in [
      (JobValue.text("often"), "retry"), (.text("-1"), "retry"),
      (map(["retry": .text("x")]), "retry.retry"),
      (map(["retry": .text("1"), "delay": .text("soon")]), "retry.delay"),
      (map(["retry": .text("1"), "colour": .text("red")]), "retry.colour"),
    ] {
      #expect { _ = try JobRetry(value) } throws: { ($0 as? JobProblem)?.field == field }
    }
    #expect(JobRetry.number(in: " 2 ") == 2 && JobRetry.number(in: "${option.r}") == nil)
  }

  @Test func `notifications have one shape whatever the document's`() throws {
    let old = map([
      "onsuccess": map([
        "recipients": .text("a@x.org"), "urls": .text("http://x.org"), "httpMethod": .text("get"),
        "format": .text("json"), "plugin": map(["type": .text("p")]),
      ]),
      "onstart": map(["email": map(["recipients": .text("b"), "attachLog": .boolean(true)])]),
    ])
    let canonical = JobNotifications.canonical(old)
    let notifications = try JobNotifications(canonical)
    let asWritten = try JobNotifications(old)
    for trigger in JobNotifications.Trigger.allCases {
      #expect(Set(notifications[trigger]) == Set(asWritten[trigger]))
    }
    #expect(JobNotifications.canonical(canonical) == canonical)
    #expect(notifications[.start] == [.email(EmailNotification(recipients: "b", log: .file))])
    #expect(
      Set(notifications[.success]) == [
        .email(EmailNotification(recipients: "a@x.org")),
        .webhook(WebhookNotification(urls: "http://x.org", method: "GET", format: .json)),
        .plugin(PluginDefinition(type: "p")),
      ])
    #expect(notifications[.failure].isEmpty)
    #expect(JobNotifications.Trigger.retryableFailure.name == "retryablefailure")
  }

  @Test func `an orchestrator says which nodes, and what it cannot be`() throws {
    func rule(_ type: String, _ key: String, _ value: String) throws -> JobOrchestrator.Rule {
      let settings = map([key: .text(value)])
      let definition = PluginDefinition(type: type, configuration: settings)
      return try JobOrchestrator(definition).rule(expand: { $0 == "${option.n}" ? "7" : $0 })
    }
    #expect(try rule("subset", "count", "${option.n}") == .subset(count: 7))
    #expect(try rule("rankTiered", "x", "") == .rankTiered)
    #expect(try rule("maxPercentage", "percent", "33%") == .maxPercentage(33))
    #expect(throws: JobProblem.self) { try rule("maxPercentage", "percent", "0") }
    #expect(throws: JobProblem.self) { try rule("subset", "number", "3") }
    let extreme = map(["attribute": .text("load"), "sort": .text("lowest")])
    let definition = PluginDefinition(
      type: "orchestrator-highest-lowest-attribute", configuration: extreme)
    #expect(
      try JobOrchestrator(definition).rule() == .extreme(attribute: "load", isHighest: false))
  }
}

@Suite struct StepMeaningTests {
  private func meaning(_ entries: KeyValuePairs<String, JobValue>) throws -> StepMeaning {
    try StepDecoder.step(map(entries), path: "s").kind.meaning(path: "s")
  }

  @Test func `a job reference is read whole`() throws {
    let reference = map([
      "uuid": .text("u"), "name": .text("n"), "group": .text("/a/b/"), "project": .text("p"),
      "args": .text("-x 1"), "nodeStep": .text("true"), "importOptions": .boolean(true),
      "failOnDisable": .text("true"), "childNodes": .text("true"),
      "ignoreNotifications": .text("true"), "useName": .text("true"), "nodeIntersect": .text("yes"),
      "nodefilters": map([
        "filter": .text("tags: x"),
        "dispatch": map(["threadcount": .number("4"), "rankOrder": .text("descending")]),
      ]),
    ])
    let expected = JobReference(
      uuid: JobID("u"), name: "n", group: "a/b", project: "p", arguments: "-x 1",
      isNodeStep: true,
      nodes: ReferencedNodes(
        filter: "tags: x", threadcount: "4", rankOrder: .descending, intersects: true),
      importsOptions: true, failsWhenDisabled: true, countsChildNodes: true,
      ignoresNotifications: true, usesName: true)
    #expect(try meaning(["jobref": reference]) == .reference(expected))
    #expect(expected.target == .named(project: "p", group: "a/b", name: "n"))
    let own = NodeDispatch(filter: "name: y", excludeFilter: "z", threadcount: "1", keepgoing: true)
    #expect(
      expected.nodes?.dispatch(of: own)
        == NodeDispatch(
          filter: "tags: x", threadcount: "4", keepgoing: true, rankOrder: .descending))
    #expect(ReferencedNodes(threadcount: "2").dispatch(of: nil) == nil)
  }

  @Test func `a conditional step holds when all conditions of a group do`() throws {
    let condition = map([
      "key": .text("option.env"), "operator": .text("=="), "value": .text("a"),
    ])
    let other = map(["key": .text("${data.n}"), "operator": .text(">"), "value": .number("3")])
    let found = try meaning([
      "type": .text("conditional"), "nodeStep": .boolean(true),
      "conditionGroups": .list([.list([condition, other]), .list([other])]),
      "subSteps": .list([map(["exec": .text("x")])]),
    ])
    guard case .conditional(let step) = found else {
      Issue.record("\(found)")
      return
    }
    #expect(step.isNodeStep && step.steps == [WorkflowStep(.exec("x"))])
    #expect(step.groups.map(\.count) == [2, 1])
    #expect(step.groups[0].map(\.reference) == ["${option.env}", "${data.n}"])
    #expect(step.holds { $0.comparison == .greater })
    #expect(!step.holds { $0.comparison == .equal })
  }

  @Test func `other steps have their types`() throws {
    #expect(
      try meaning(["scripturl": .text("http://x"), "args": .text("a b")])
        == .externalScript(
          ExternalScript(
            .url("http://x"), start: ScriptStep(text: "", arguments: "a b", expandTokens: false))))
    let settings = map(["a": .text("1")])
    #expect(
      try meaning(["type": .text("p"), "nodeStep": .boolean(true), "configuration": settings])
        == .plugin(PluginDefinition(type: "p", configuration: settings), isNodeStep: true))
  }

  @Test(
    arguments: [
      (["jobref": map(["group": .text("g")])], "s.jobref"),
      (["jobref": map(["name": .text("n"), "nodeStep": .text("maybe")])], "s.jobref.nodeStep"),
      (
        [
          "jobref": map([
            "name": .text("n"), "nodefilters": map(["dispatch": map(["threadcount": .text("0")])]),
          ])
        ], "s.jobref.nodefilters.dispatch.threadcount"
      ),
      (["type": .text("conditional"), "conditionGroups": .list([])], "s.conditionGroups"),
      (["scriptfile": .text("")], "s.scriptfile"),
      (["type": .text("p"), "configuration": .text("x")], "s.configuration"),
    ] as [(KeyValuePairs<String, JobValue>, String)])
  func `a step that cannot be is refused by its field`(
    entries: KeyValuePairs<String, JobValue>, field: String
  ) {
    #expect { _ = try meaning(entries) } throws: { ($0 as? JobProblem)?.field == field }
  }

  @Test func `a workflow's rules are those of its strategy`() {
    let rules = map([
      "WorkflowStrategy": map(["ruleset": map(["rules": .text("[*] run-at-start")])])
    ])
    var workflow = Workflow(
      strategy: .ruleset, steps: [], kept: ["pluginConfig": rules])
    #expect(workflow.rules == "[*] run-at-start")
    workflow.strategy = .parallel
    #expect(workflow.rules == nil)
  }
}
