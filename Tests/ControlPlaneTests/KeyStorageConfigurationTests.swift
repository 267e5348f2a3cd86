import Testing

@testable import ControlPlane
@testable import Daemon

/// What is said of Rundeck's keys for its key storage.
@Suite struct KeyStorageConfigurationTests {
  private static func read(_ text: String) throws -> EffectiveConfiguration {
    try ControlPlaneKeys.schema.resolve(
      PropertiesDocument(text), file: "f.properties", environment: [:])
  }

  @Test(arguments: [
    "", "rundeck.storage.provider.1.type=db\nrundeck.storage.provider.1.path=keys",
    "rundeck.storage.provider.1.type=db\nrundeck.storage.provider.1.path=/",
  ])
  func `the database is what this program does, and nothing is said`(_ text: String) throws {
    let configuration = try Self.read(text)
    #expect(configuration.keyStorageWarnings.isEmpty && configuration.warnings.isEmpty)
  }

  @Test func `what is done otherwise is named, and no value of it shown`() throws {
    let configuration = try Self.read(
      """
      rundeck.storage.provider.1.type=db
      rundeck.storage.provider.1.path=keys
      rundeck.storage.provider.2.type=file
      rundeck.storage.provider.2.path=keys/local
      rundeck.storage.provider.10.type=vault-storage
      rundeck.storage.provider.10.config.token=s3cret
      rundeck.storage.provider.3.path=keys/x
      rundeck.storage.converter.1.type=jasypt-encryption
      rundeck.storage.converter.1.path=keys
      rundeck.storage.converter.1.config.password=s3cret
      """)
    let warnings = configuration.keyStorageWarnings
    #expect(warnings.count == 4 && configuration.warnings.isEmpty)
    for (warning, texts) in zip(
      warnings,
      [
        ["provider.2.type = file", "keys/local"], ["provider.3.type is missing"],
        ["provider.10.type = vault-storage"],
        ["converter.1.type = jasypt-encryption", "quarterdeck.cluster.key.file"],
      ])
    {
      for text in texts { #expect(warning.contains(text), "\(warning)") }
      #expect(!warning.contains("s3cret"))
    }
    #expect(ControlPlane.warnings(configuration) == warnings)
    #expect(!"\(configuration.listing)".contains("s3cret"))
  }
}
