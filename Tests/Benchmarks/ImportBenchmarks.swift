import HTTPClient
import TestSupport

/// How long a member takes to import many jobs in one document, and how much memory.
enum ImportBenchmarks {
  private static let jobs = 5_000
  /// Of each job's definition, most of it a script.
  private static let bytes = 10_000

  static func run(on engine: Engine, databaseURL: String?) async throws -> [Figure] {
    let installation = try Installation(
      databaseURL: databaseURL,
      settings: ["quarterdeck.log.level": "warning", "quarterdeck.http.bodyLimit": "268435456"])
    let member = try await installation.startControlPlane()
    try await installation.api.createProject("bench")
    let document = Self.document()
    let idle = try Memory(of: member.process.pid)
    let peak = PeakMemory(of: member.process.pid)
    let elapsed = try await seconds { try await importJobs(document, installation.api) }
    let memory = await peak.stop()
    await member.stop()
    let mebibytes = Double(document.utf8.count) / 1_048_576
    return [
      Figure(
        name: "import of \(jobs) jobs in one YAML document, \(engine)", value: elapsed, unit: "s",
        reach: .atMost(10), machine: "\(rounded(mebibytes)) MiB"),
      Figure(
        name: "the same: peak RSS over the document, \(engine)",
        value: memory.resident / mebibytes, unit: "x", reach: .atMost(3),
        machine: "\(rounded(memory.resident)) MiB, idle \(rounded(idle.resident)) MiB"),
    ]
  }

  private static func importJobs(_ document: String, _ api: APIClient) async throws {
    let answer = try await api.json(
      "POST", "/project/bench/jobs/import?fileformat=yaml", type: "application/yaml",
      body: document)
    guard answer.succeeded.items.count == jobs, answer.failed.items.isEmpty else {
      throw NeverHappened(description: "all jobs are imported: \(answer.failed[0])")
    }
  }

  private static func document() -> String {
    let line =
      "        echo \"${1:?the name of a host}\" | sed -e 's/^/    /' # and what it means\n"
    let script = String(repeating: line, count: bytes / line.utf8.count)
    return (0..<jobs).map { number in
      """
      - name: job \(number)
        group: bench/\(number % 50)
        description: Number \(number)
        loglevel: INFO
        options:
        - name: host
          value: web\(number % 100)
        - name: mode
          enforced: true
          value: fast
          values: [fast, slow]
        sequence:
          keepgoing: false
          strategy: node-first
          commands:
          - exec: uptime
          - script: |
      \(script)
      """
    }.joined(separator: "\n")
  }
}
