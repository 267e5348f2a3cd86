import AgentGateway
import HTTPClient
import Model
import Store
import TestSupport
import Testing
import Wire

/// Files that steps are given, on their way to the agents.
@Suite struct StepFileTests {
  private static let file = StepFile(id: "key", pathMarker: "/x", size: 3)

  @Test(arguments: Engine.all)
  func `an agent reads the files of its own steps, and no other agent does`(
    on engine: Engine
  ) async throws {
    try await GatewayRoom.serving(engine) { room, url in
      let agent = try await room.enrol("alpha")
      let other = try await room.enrol("beta")
      let stranger = EnrolAnswer(agent: agent.agent, secret: "x")
      let files = room.store.ask.optionFiles
      try await files.begin(
        OptionFileDraft(
          id: Self.file.id, project: "demo", job: JobID("j"), option: "o", user: "u", fileName: nil,
          member: "m"))
      try await files.add([1, 2, 3], at: 0, of: Self.file.id)
      _ = try await files.finish(Self.file.id, size: 3, digest: "d", usableFor: .seconds(60))
      try await room.addAssignment(1, to: agent.agent, files: [Self.file])
      #expect(try await requestFile(Self.file.id, of: 1, as: agent, from: url).status == 404)
      try await room.store.commit(
        ExecutionWrite.use(optionFiles: [Self.file.id], by: GatewayRoom.execution))
      let answer = try await requestFile(
        Self.file.id, of: 1, at: 1, as: agent, from: url)
      #expect(answer.status == 200)
      #expect(try StepFilePiece(bytes: answer.body).content == [2, 3])
      #expect(
        try StepFilePiece(
          bytes: try await requestFile(Self.file.id, of: 1, at: 3, as: agent, from: url).body
        ).content == [])
      #expect(try await requestFile(Self.file.id, of: 1, as: other, from: url).status == 404)
      #expect(try await requestFile(Self.file.id, of: 2, as: agent, from: url).status == 404)
      #expect(try await requestFile(Self.file.id, of: 1, as: stranger, from: url).status == 401)
    }
  }

  @Test(arguments: Engine.all)
  func `an agent that is too old for files is not given the step, which says so`(
    on engine: Engine
  ) async throws {
    try await GatewayRoom.serving(engine) { room, url in
      let agent = try await room.enrol("alpha")
      try await room.addAssignment(1, to: agent.agent, files: [Self.file])
      try await room.addAssignment(2, to: agent.agent)
      var stream = try await OpenStream(url, as: agent, takesFiles: false)
      let commands = try await stream.next(2)
      #expect(commands.last == .assign(GatewayRoom.assignment(2, epoch: 3)))
      _ = try await eventually("the step has ended") {
        try await room.record(1)?.state == .ended ? true : nil
      }
      let outcome = try await room.record(1)?.outcome
      guard case .notStarted(let message)? = outcome else {
        Issue.record("ended as \(String(describing: outcome))")
        return
      }
      #expect(message.contains("too old") && message.contains("agent"))
      let assignment = Assignment(
        id: AssignmentID(3), execution: GatewayRoom.execution, epoch: Epoch(3),
        specification: StepSpecification(arguments: [], files: [Self.file]))
      #expect(await !room.registry.assign(assignment, to: agent.agent))
    }
  }
}
