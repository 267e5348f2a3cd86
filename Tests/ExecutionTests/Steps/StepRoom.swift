import Glibc
import Model
import Store
import Testing
import Wire

@testable import Execution

/// One step of a job of its own, in a context that says what tests need.
enum StepRoom {
  static func context(
    _ step: WorkflowStep, options: [String: String] = [:], secure: [String: String] = [:],
    captured: CapturedValues = CapturedValues(), node: String? = "web1", logLevel: String = "INFO",
    of definitions: [JobOption] = []
  ) -> StepInContext {
    StepInContext(
      execution: ExecutionID(7), project: "p", jobID: nil,
      job: Job(name: "j", workflow: Workflow(steps: [step]), options: definitions), user: "u",
      logLevel: logLevel,
      options: options, secureOptions: secure, argString: nil, node: node.map { Node(name: $0) },
      serverNode: "server",
      server: ServerNode(name: "server", sidecar: .hostname("server"), url: "", uuid: ""),
      step: "1", definition: step, captured: captured)
  }

  static func plugin(_ type: String, _ settings: [String: String]) -> WorkflowStep {
    WorkflowStep(
      .other(
        OtherStep(
          type: type, nodeStep: true,
          definition: [
            "configuration": .map(settings.map { JobEntry($0.key, .text($0.value)) })
          ])))
  }

  static func script(
    _ kind: String, _ place: String, _ more: [String: JobValue] = [:]
  ) -> WorkflowStep {
    WorkflowStep(
      .other(
        OtherStep(
          type: kind, nodeStep: true,
          definition: more.merging([kind: .text(place)]) { one, _ in one })))
  }

  /// How long a step may fetch in tests of something else; a busy machine takes its time.
  static let patience = Duration.seconds(3_600)

  /// What a member's own step gives.
  static func run(
    _ context: StepInContext,
    _ tools: MemberTools = MemberTools(limits: MemberStepLimits(fetchTime: patience))
  ) async throws -> MemberStepResult {
    guard case .member(let step) = try context.work() else {
      throw UnfitStep(message: "not the member's own step")
    }
    return await step.run(tools)
  }

  /// The assignment that a fetched step ends with.
  static func specification(_ result: MemberStepResult) throws -> StepSpecification {
    guard case .agent(let specification) = result.end else {
      throw UnfitStep(message: "\(result.end)")
    }
    return specification
  }

  static func failure(_ result: MemberStepResult) -> StepFailure? {
    if case .failed(let failure) = result.end { failure } else { nil }
  }

  /// Runs `body` in a folder of its own that every user of the host may look into.
  static func withFolder<Answer>(_ body: (String) async throws -> Answer) async throws -> Answer {
    var template = Array("/tmp/quarterdeck-steps-XXXXXX".utf8CString)
    let folder = String(cString: try #require(mkdtemp(&template)))
    chmod(folder, 0o755)
    let answer: Result<Answer, any Error>
    do { answer = .success(try await body(folder)) } catch { answer = .failure(error) }
    try shell("rm -rf '\(folder)'")
    return try answer.get()
  }

  /// What the host's shell prints.
  @discardableResult
  static func shell(_ command: String) throws -> String {
    let pipe = try #require(popen(command, "r"))
    var output: [UInt8] = []
    while case let byte = fgetc(pipe), byte != EOF { output.append(UInt8(byte)) }
    pclose(pipe)
    return String(decoding: output, as: UTF8.self)
  }
}
