import TestSupport
import Testing

/// The log storage is away while executions end, and the member that was to write their logs is killed meanwhile.
@Suite(.serialized) struct FaultStorageTests {
  private static func settings(_ server: S3Server, _ bucket: String) -> [String: String] {
    let plugin = "framework.plugin.ExecutionFileStorage.org.rundeck.amazon-s3"
    return [
      "rundeck.execution.logs.fileStoragePlugin": "org.rundeck.amazon-s3",
      "rundeck.execution.logs.fileStorage.storageRetryDelay": "200ms",
      "\(plugin).bucket": bucket, "\(plugin).endpoint": server.url,
      "\(plugin).pathStyle": "true", "\(plugin).AWSAccessKeyId": "test",
      "\(plugin).AWSSecretKey": "test",
    ]
  }

  @Test func `logs that could not be stored for long are stored afterwards, byte for byte`()
    async throws
  {
    let server = try await S3Server()
    let bucket = try await server.createBucket()
    try await Slots.processes.with {
      let database = try await ScratchPostgres.shared()
      let name = try await database.createDatabase()
      try await Scenario.runAlone(
        database.url(database: name), Self.settings(server, bucket)
      ) { scenario in
        await server.stop()
        let steps = try await PrintingSteps.start(
          FaultScale.current.steps, seconds: 1, in: scenario)
        try await steps.expectWhole()
        _ = try await eventually("an attempt has failed") { () -> Bool? in
          let storage = try await scenario.api.json("GET", "/system/logstorage")
          return storage.failedCount.int ?? 0 > 0 ? true : nil
        }
        scenario.member.kill()
        scenario.member = try await scenario.installation.startControlPlane()
        try await ContinuousClock().sleep(for: .seconds(FaultScale.current.storageOutage))
        try await server.start()
        try await scenario.api.json("POST", "/system/logstorage/incomplete/resume")
        _ = try await eventually("all logs are stored") { () -> Bool? in
          let storage = try await scenario.api.json("GET", "/system/logstorage")
          return storage.succeededCount.int == steps.executions.count ? true : nil
        }
        // The live chunks are gone: what is read now is read from the store.
        #expect(try await scenario.installation.count("log_chunk") == 0)
        try await PrintingSteps(scenario: scenario, executions: steps.executions).expectWhole()
      }
      try await database.dropDatabase(name)
    }
    await server.remove()
  }
}
