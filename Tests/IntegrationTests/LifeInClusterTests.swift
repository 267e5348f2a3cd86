import Glibc
import HTTPClient
import TestSupport
import Testing

/// How many executions of a job go on over several real members, and what their deaths change.
@Suite(.serialized) struct LifeInClusterTests {
  private static func job(_ name: String, _ command: String, _ key: String = "loglevel: INFO")
    -> String
  {
    """
    - name: \(name)
      \(key)
      sequence:
        keepgoing: false
        strategy: node-first
        commands:
        - exec: '\(command)'
    """
  }

  @Test func `of a job that allows one execution exactly one runs, on whichever members it is run`()
    async throws
  {
    try await ClusterScenario.run(members: 2) { scenario in
      let mark = try scenario.cluster.makeFolder("marks")
      let job = try await scenario.api(0).importJob(
        Self.job(
          "alone",
          "echo ${job.execid} >> \(mark)/runs; while [ ! -e \(mark)/go ]; do sleep 0.02; done"),
        into: "test")
      let apis = [scenario.api(0), scenario.api(1)]
      let answers = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<16 {
          group.addTask {
            Int(try await apis[number % 2].send("POST", "/job/\(job)/run").status)
          }
        }
        return try await group.reduce(into: [Int]()) { $0.append($1) }
      }
      #expect(answers.count { $0 == 200 } == 1)
      #expect(answers.count { $0 == 409 } == 15)
      try writeFile("\(mark)/go", "")
      let list = try await apis[1].json("GET", "/job/\(job)/executions")
      let run = try #require(list.executions[0].id.int)
      #expect(try await apis[1].ending(run) == "succeeded")
      #expect(String(decoding: try readFile("\(mark)/runs"), as: UTF8.self) == "\(run)\n")
    }
  }

  @Test func `runs that wait begin in their order although the members die one after the other`()
    async throws
  {
    try await ClusterScenario.run(members: 3) { scenario in
      let mark = try scenario.cluster.makeFolder("marks")
      let job = try await scenario.api(0).importJob(
        Self.job(
          "one by one",
          "echo ${job.execid} >> \(mark)/runs; touch \(mark)/at.${job.execid}; "
            + "while [ ! -e \(mark)/go.${job.execid} ]; do sleep 0.02; done",
          "quarterdeck.overlap: queue"), into: "test")
      var runs: [Int] = []
      for number in 0..<4 { runs.append(try await scenario.api(number % 3).run(job)) }
      for (place, run) in runs.enumerated() {
        _ = try await eventually("execution \(run) begins") {
          access("\(mark)/at.\(run)", F_OK) == 0 ? true : nil
        }
        if place < 2 { scenario.members[place].kill() }
        try writeFile("\(mark)/go.\(run)", "")
        #expect(try await scenario.api(2).ending(run) == "succeeded")
      }
      let order = String(decoding: try readFile("\(mark)/runs"), as: UTF8.self)
      #expect(order == runs.map { "\($0)\n" }.joined(separator: ""))
    }
  }
}
