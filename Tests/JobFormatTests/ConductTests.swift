import JobFormat
import Model
import Testing

@Suite struct ConductTests {
  private static let yaml = """
    - name: limited
      description: ''
      loglimit: 100/node
      loglimitAction: halt
      loglimitStatus: too much
      timeout: 1h 30m
      quarterdeck.limits:
        memory: 1GB
      sequence:
        pluginConfig:
          LogFilter:
          - type: key-value-data
            config: {regex: '^(\\w+)=(.+)$', logData: 'true'}
        commands:
        - exec: make
          quarterdeck.run-as: builder
          quarterdeck.leave-children: true
          quarterdeck.limits: {cpu: 50%, processes: 100}
          plugins:
            LogFilter:
            - type: json-mapper
              config: {filter: .data, prefix: r}
    """

  private static func job(_ text: String, as format: JobFormatName) throws -> Job {
    try #require(try JobDocument.decode(Array(text.utf8), format: format).first).get()
  }

  @Test(arguments: JobFormatName.allCases)
  func `keys of limits and filters come through every format`(format: JobFormatName) throws {
    let job = try Self.job(Self.yaml, as: .yaml)
    let text = try JobDocument.encode([job], format: format)
    let again = try Self.job(text, as: format)
    let step = try StepConduct(again.workflow.steps[0].kept)
    #expect(step.runAs == "builder")
    #expect(step.leavesChildren == true)
    #expect(step.limits.cpuPermille == 500)
    #expect(step.limits.processes == 100)
    #expect(try StepConduct(again.kept).limits.memory == 1 << 30)
    #expect(again.logLimit == JobLogLimit(.linesOfNode(100), status: "too much"))
    #expect(again.timeout == "1h 30m")
    #expect(
      again.logFilters(of: "1") == [
        LogFilterDefinition(
          type: "key-value-data", config: ["regex": #"^(\w+)=(.+)$"#, "logData": "true"]),
        LogFilterDefinition(type: "json-mapper", config: ["filter": ".data", "prefix": "r"]),
      ])
  }

  @Test(arguments: ["quiet-output", "highlight-output"])
  func `an expression of a filter that only shows is refused by its field and value`(
    type: String
  ) throws {
    let text = """
      - name: shown
        sequence:
          pluginConfig:
            LogFilter:
            - type: \(type)
              config: {regex: 'a('}
          commands:
          - exec: 'true'
            plugins:
              LogFilter:
              - type: \(type)
                config: {regex: '*'}
      """
    guard case .failure(let error)? = try JobDocument.decode(Array(text.utf8), format: .yaml).first
    else {
      Issue.record("it was taken")
      return
    }
    #expect(
      Set(error.problems.map(\.field)) == [
        "sequence.pluginConfig.LogFilter[0].config.regex",
        "sequence.commands[0].plugins.LogFilter[0].config.regex",
      ])
    #expect(Set(error.problems.map(\.value)) == ["a(", "*"])
    #expect(error.problems.allSatisfy { !$0.message.isEmpty })
  }

  @Test(arguments: [
    ("loglimit: 100/node", "loglimit: many", "loglimit"),
    ("loglimitAction: halt", "loglimitAction: explode", "loglimitAction"),
    ("timeout: 1h 30m", "timeout: soon", "timeout"),
    ("memory: 1GB", "memory: lots", "quarterdeck.limits.memory"),
    (
      "quarterdeck.run-as: builder", "quarterdeck.run-as: '../x'",
      "sequence.commands[0].quarterdeck.run-as"
    ),
    ("cpu: 50%", "cpu: all", "sequence.commands[0].quarterdeck.limits.cpu"),
    ("regex: '^(\\w+)=(.+)$'", "regex: '('", "sequence.pluginConfig.LogFilter[0].config.regex"),
  ]) func `a bad value is refused by its field`(good: String, bad: String, field: String) throws {
    let text = Self.replace(good, by: bad, in: Self.yaml)
    #expect(text != Self.yaml)
    switch try #require(try JobDocument.decode(Array(text.utf8), format: .yaml).first) {
    case .success: Issue.record("\(bad) was taken")
    case .failure(let error):
      #expect(error.problems.map(\.field) == [field])
      #expect(error.problems.allSatisfy { !$0.message.isEmpty })
    }
  }

  private static func replace(_ old: String, by new: String, in text: String) -> String {
    guard let range = text.firstRange(of: old) else { return text }
    return text.replacingCharacters(range, new)
  }
}

extension String {
  fileprivate func replacingCharacters(_ range: Range<String.Index>, _ new: String) -> String {
    var text = self
    text.replaceSubrange(range, with: new)
    return text
  }
}
