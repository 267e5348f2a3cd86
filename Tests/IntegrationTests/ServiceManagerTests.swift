import Glibc
import TestSupport
import Testing

/// What the daemons tell a service manager, over a real notify socket.
@Suite struct ServiceManagerTests {
  @Test func `the control plane says when it serves and when it stops`() async throws {
    let installation = try Installation(databaseURL: nil)
    let member = try await installation.startControlPlane()
    member.process.send(SIGTERM)
    let stopping = await member.notifications.message { $0.contains("STOPPING=1") }
    #expect(stopping != nil)
    #expect(await member.process.wait() == .exited(0))
  }

  @Test func `the watchdog is fed while the control plane lives, and starves when it hangs`()
    async throws
  {
    let installation = try Installation(databaseURL: nil)
    let member = try await installation.startControlPlane(
      environment: ["WATCHDOG_USEC": "400000"])
    let fed = await member.notifications.message { $0.contains("WATCHDOG=1") }
    #expect(fed != nil)
    member.process.send(SIGSTOP)
    while await member.notifications.message(within: 1, where: { $0.contains("WATCHDOG=1") }) != nil
    {}
    member.process.send(SIGCONT)
    let fedAgain = await member.notifications.message { $0.contains("WATCHDOG=1") }
    #expect(fedAgain != nil)
    #expect(await member.stop() == .exited(0))
  }

  @Test func `a second process on one state directory refuses to start and harms nobody`()
    async throws
  {
    let installation = try Installation(databaseURL: nil)
    let member = try await installation.startControlPlane()
    let second = try SpawnedProcess(
      "\(binariesFolder)/quarterdeck-controlplane",
      ["--config", "\(installation.folder)/controlplane.properties"], environment: [:],
      outputPath: "\(installation.folder)/second.log")
    #expect(await second.wait() == .exited(74))
    #expect(second.output.contains("process \(member.process.pid)"))
    _ = try await installation.api.json("GET", "/system/info")
    #expect(await member.stop() == .exited(0))
  }

  @Test func `a bad value stops the start and names key, value and what is allowed`() async throws {
    let installation = try Installation(databaseURL: nil, settings: ["server.port": "70000"])
    let process = try SpawnedProcess(
      "\(binariesFolder)/quarterdeck-controlplane",
      ["--config", "\(installation.folder)/controlplane.properties"], environment: [:],
      outputPath: "\(installation.folder)/log")
    #expect(await process.wait() == .exited(78))
    #expect(process.output.contains("server.port"))
    #expect(process.output.contains("70000"))
    #expect(process.output.contains("65535"))
  }
}
