import Glibc
import TestSupport
import Testing

/// Several members over one PostgreSQL behind HAProxy, with real processes.
@Suite(.serialized) struct ClusterTests {
  /// Waits until a schedule has started an execution that is newer than `execution`.
  private func nextRun(of job: String, after execution: Int, _ api: APIClient) async throws -> Int {
    try await eventually("the next run of \(job)") {
      let newest = try? await api.json("GET", "/job/\(job)/executions?max=1").executions[0].id.int
      return newest.flatMap { $0 > execution ? $0 : nil }
    }
  }

  @Test func `the schedules of a killed member go on with the others`() async throws {
    try await ClusterScenario.run { scenario in
      let job = try await scenario.importScheduled(
        "tick", crontab: "* * * ? * * *", command: "echo tick", through: 0)
      let before = try await nextRun(of: job, after: 0, scenario.api(1))
      scenario.members[0].kill()
      let last = try await nextRun(of: job, after: before, scenario.api(1))
      _ = try await eventually("another member owns the schedule") { [scenario] () -> Bool? in
        let owner = try await scenario.api(1).json("GET", "/job/\(job)/info").serverNodeUUID.text
        let members = try await scenario.api(1).json("GET", "/quarterdeck/cluster/members").items
        let dead = members.first { $0.name.text == "member1" }
        return owner != dead?.uuid.text ? true : nil
      }
      _ = try await nextRun(of: job, after: last, scenario.api(2))
      try await expectWhole(scenario)
    }
  }

  @Test func `a running execution of a killed member is carried on at its step`() async throws {
    try await ClusterScenario.run { scenario in
      let mark = try scenario.cluster.makeFolder("marks")
      let job = try await scenario.api(0).importJob(
        """
        - name: two-steps
          sequence:
            keepgoing: false
            strategy: node-first
            commands:
            - exec: touch \(mark)/begun; while [ ! -e \(mark)/go ]; do sleep 0.02; done; echo one
            - exec: echo two
        """, into: "test")
      let execution = try await scenario.api(0).run(job)
      _ = try await eventually("the step begins") {
        access("\(mark)/begun", F_OK) == 0 ? true : nil
      }
      scenario.members[0].kill()
      try writeFile("\(mark)/go", "")
      #expect(try await scenario.api(1).ended(execution).status.text == "succeeded")
      #expect(try await scenario.api(2).output(execution) == "one\ntwo\n")
    }
  }

  @Test func `a member that was stopped for too long wakes up fenced and is useful again`()
    async throws
  {
    try await ClusterScenario.run { scenario in
      let job = try await scenario.importScheduled(
        "tick", crontab: "* * * ? * * *", command: "echo tick", through: 0)
      _ = try await nextRun(of: job, after: 0, scenario.api(0))
      scenario.members[0].process.send(SIGSTOP)
      _ = try await eventually("the others fence it") { [scenario] () -> Bool? in
        try await scenario.state(of: 0, seenBy: 1) == "fenced" ? true : nil
      }
      scenario.members[0].process.send(SIGCONT)
      _ = try await eventually("it is active again") { [scenario] () -> Bool? in
        try await scenario.state(of: 0, seenBy: 1) == "active" ? true : nil
      }
      let execution = try await scenario.api(0).run(job)
      #expect(try await scenario.api(1).ended(execution).status.text == "succeeded")
      try await expectWhole(scenario)
    }
  }

  @Test func `any member runs, follows and aborts what another one carries`() async throws {
    try await ClusterScenario.run { scenario in
      let job = try await scenario.api(0).importJob(
        """
        - name: long
          sequence:
            keepgoing: false
            strategy: node-first
            commands:
            - exec: echo begun; sleep 600
        """, into: "test")
      let execution = try await scenario.api(0).run(job)
      try await scenario.api(1).output(execution, containing: "begun")
      let answer = try await scenario.api(2).json("POST", "/execution/\(execution)/abort")
      #expect(answer.abort.status.text == "pending")
      #expect(try await scenario.api(1).ended(execution).status.text == "aborted")
    }
  }

  @Test func `a rolling restart under load misses no fire and ends no execution`() async throws {
    try await ClusterScenario.run { scenario in
      let job = try await scenario.importScheduled(
        "tick", crontab: "* * * ? * * *", command: "echo tick", through: 0)
      let long = try await scenario.api(0).importJob(
        """
        - name: long
          sequence:
            keepgoing: false
            strategy: node-first
            commands:
            - exec: for i in $(seq 1 40); do echo "line $i"; sleep 0.1; done
            - exec: echo end
        """, into: "test")
      _ = try await nextRun(of: job, after: 0, scenario.api(0))
      let execution = try await scenario.api(0).run(long)
      for index in scenario.members.indices {
        #expect(await scenario.members[index].stop() == .exited(0))
        scenario.members[index] = try await scenario.cluster.members[index].start()
      }
      #expect(try await scenario.api(0).ended(execution).status.text == "succeeded")
      let lines = (1...40).map { "line \($0)\n" }.joined() + "end\n"
      #expect(try await scenario.api(1).output(execution) == lines)
      let audit = try await expectWhole(scenario)
      #expect(audit.missed.int == 0)
    }
  }

  @Test func `two live processes with one UUID: the second refuses to start and says why`()
    async throws
  {
    let uuid = "5f6c1b7e-4a54-4f3e-9d0e-0a3a3f2d4c11"
    try await ClusterScenario.run(members: 1, settings: ["rundeck.server.uuid": uuid]) { scenario in
      let twin = try scenario.cluster.twin(of: scenario.cluster.members[0])
      let refused = await #expect(throws: Daemon.NotReady.self) { _ = try await twin.start() }
      #expect(refused?.description.contains(uuid) == true)
    }
  }

  @Test func `a member with another cluster key refuses to start beside a living one`() async throws
  {
    try await ClusterScenario.run(members: 1) { scenario in
      let stranger = try scenario.cluster.twin(
        of: scenario.cluster.members[0], key: String(repeating: "0ddba115", count: 8))
      let refused = await #expect(throws: Daemon.NotReady.self) { _ = try await stranger.start() }
      let reason = try #require(refused?.description)
      #expect(reason.contains("quarterdeck.cluster.key.file"))
      #expect(reason.contains("all members need the same file"))
    }
  }

  /// No gap and no duplicate since the project was made.
  @discardableResult
  private func expectWhole(_ scenario: ClusterScenario) async throws -> JSONDocument {
    let audit = try await scenario.api(1).json("GET", "/quarterdeck/ledger/audit?project=test")
    #expect(audit.gaps.items.isEmpty && audit.duplicates.items.isEmpty, "\(audit)")
    #expect(audit.unexpected.items.isEmpty, "\(audit)")
    return audit
  }
}
