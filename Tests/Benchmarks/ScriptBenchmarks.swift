import Glibc
import TestSupport

/// Many jobs of several script steps at once, over the same scripts started bare.
enum ScriptBenchmarks {
  private static let jobs = 20
  private static let steps = 5
  private static let rounds = 5
  /// What a step does: it starts twenty programs, as scripts do.
  private static let script = "for i in $(seq 1 20); do /bin/true; done\n"

  static func run(on engine: Engine, databaseURL: String?) async throws -> [Figure] {
    let bench = try await Bench(databaseURL: databaseURL, job: definition)
    var bare: [Double] = []
    var ours: [Double] = []
    for round in 0...rounds {
      let alone = try await seconds { try await startBare() }
      let whole = try await seconds {
        try await JobBenchmarks.run(jobs, of: bench.job, atOnce: jobs, bench.api)
      }
      guard round > 0 else { continue }
      bare.append(alone)
      ours.append(whole)
    }
    await bench.stop()
    return [
      Figure(
        name: "\(jobs) jobs of \(steps) script steps at once, \(engine): over bare scripts",
        value: median(ours) / median(bare), unit: "x", reach: .atMost(2),
        machine: "\(rounded(median(ours) * 1_000)) ms; bare \(rounded(median(bare) * 1_000)) ms")
    ]
  }

  /// The same scripts, as many at once, one after the other in each of them.
  private static func startBare() async throws {
    let file = "/tmp/quarterdeck-bench-\(getpid()).sh"
    try writeFile(file, script)
    defer { unlink(file) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<jobs {
        group.addTask {
          for _ in 0..<steps {
            let process = try SpawnedProcess(
              "/bin/sh", [file], environment: ["PATH": "/usr/bin:/bin"], outputPath: "/dev/null")
            _ = await process.wait()
          }
        }
      }
      try await group.waitForAll()
    }
  }

  private static let definition = """
    - name: scripts
      loglevel: INFO
      multipleExecutions: true
      sequence:
        keepgoing: false
        strategy: node-first
        commands:
    \(Array(repeating: step, count: steps).joined(separator: "\n"))
    """

  private static let step = """
        - script: |
    \(script.split(separator: "\n").map { "        \($0)" }.joined(separator: "\n"))
    """
}
