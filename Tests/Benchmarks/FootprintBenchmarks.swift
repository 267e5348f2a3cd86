import Cryptography
import Glibc
import HTTPClient
import TestSupport

/// Memory of both daemons, and how soon the control plane answers.
enum FootprintBenchmarks {
  static func controlPlane() async throws -> [Figure] {
    let installation = try Installation(databaseURL: nil)
    let member = try await installation.startControlPlane()
    _ = try await installation.api.json("GET", "/system/info")
    // Idle means that what the start left to do is done.
    try await ContinuousClock().sleep(for: .seconds(3))
    let memory = try Memory(of: member.process.pid)
    await member.stop()
    return [
      Figure(
        name: "control plane, idle, SQLite: RSS", value: memory.resident, unit: "MiB",
        reach: .atMost(40))
    ]
  }

  static func startUp() async throws -> [Figure] {
    var times: [Double] = []
    for _ in 0..<7 {
      let installation = try Installation(databaseURL: nil)
      let client = HTTPClient()
      var member: SpawnedProcess?
      times.append(
        try await seconds {
          member = try SpawnedProcess(
            "\(binariesFolder)/quarterdeck-controlplane",
            ["--config", "\(installation.folder)/controlplane.properties"], environment: [:],
            outputPath: "\(installation.folder)/log")
          try await firstAnswer(of: installation, client)
        } * 1_000)
      member?.end(SIGTERM)
    }
    return [
      Figure(
        name: "start to first answered request, migrations done: median", value: median(times),
        unit: "ms", reach: .atMost(150))
    ]
  }

  private static func firstAnswer(of installation: Installation, _ client: HTTPClient) async throws
  {
    let request = HTTPRequest("GET", "\(installation.api.server)/health")
    for _ in 0..<10_000 {
      if let answer = try? await client.send(request), answer.status == 200 { return }
      try await ContinuousClock().sleep(for: .milliseconds(1))
    }
    throw NeverHappened(description: "the control plane answers")
  }

  /// An agent that is connected over TLS, before and after 1,000 jobs.
  static func agent() async throws -> [Figure] {
    let installation = try Installation.overTLS()
    let member = try await installation.startControlPlane()
    try await installation.enrolAgent()
    let agent = try await installation.startAgent()
    try await ContinuousClock().sleep(for: .seconds(3))
    let before = try Memory(of: agent.process.pid)
    try await installation.api.createProject("bench")
    let job = try await installation.api.importJob(Jobs.noop, into: "bench")
    try await JobBenchmarks.run(1_000, of: job, atOnce: 8, installation.api)
    // It settles at the first ping that finds it idle.
    try await ContinuousClock().sleep(for: .seconds(3))
    let after = try Memory(of: agent.process.pid)
    await agent.stop()
    await member.stop()
    return [
      Figure(
        name: "agent, idle, connected over TLS: Pss", value: before.proportional, unit: "MiB",
        reach: .atMost(14)),
      Figure(
        name: "agent, growth of Pss after 1,000 jobs",
        value: after.proportional - before.proportional, unit: "MiB", reach: .atMost(2)),
    ]
  }
}

extension Installation {
  /// An installation whose control plane speaks HTTPS with a certificate of its own.
  static func overTLS() throws -> Installation {
    let folder = try makeTemporaryFolder("certificate")
    let pair = try SelfSignedCertificate.make(
      hosts: ["127.0.0.1", "localhost"], validFor: .seconds(86_400), now: Int64(time(nil)))
    try writeFile("\(folder)/certificate.pem", pair.certificatePEM)
    try writeFile("\(folder)/key.pem", pair.privateKeyPEM)
    return try Installation(
      databaseURL: nil,
      settings: [
        "quarterdeck.tls.certificate": "\(folder)/certificate.pem",
        "quarterdeck.tls.key": "\(folder)/key.pem", "quarterdeck.agent.ping": "1s",
      ], certificateAuthority: "\(folder)/certificate.pem")
  }
}

/// The newest process that runs this build's program of that name.
func newestProcess(running name: String) -> Int32? {
  guard let folder = opendir("/proc") else { return nil }
  defer { closedir(folder) }
  var found: Int32?
  while let entry = readdir(folder) {
    let text = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    guard let pid = Int32(text), executable(of: pid) == "\(binariesFolder)/\(name)" else {
      continue
    }
    found = max(found ?? 0, pid)
  }
  return found
}

private func executable(of pid: Int32) -> String? {
  var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
  let count = readlink("/proc/\(pid)/exe", &buffer, buffer.count)
  guard count > 0 else { return nil }
  return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
}
