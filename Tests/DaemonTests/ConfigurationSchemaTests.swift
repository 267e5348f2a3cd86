import Testing

@testable import Daemon

enum Keys {
  static let port = ConfigurationKey("server.port", .int(0...65535), default: 4440, "The port.")
  static let serverURL = ConfigurationKey("grails.serverURL", optional: .url(), "The URL.")
  static let uuid = ConfigurationKey("rundeck.server.uuid", optional: .uuid, "The UUID.")
  static let heartbeat = ConfigurationKey(
    "rundeck.clusterMode.heartbeat.interval",
    .duration(in: .seconds, .milliseconds(100) ... .seconds(60)), default: .seconds(1), "Renewal.")
  static let password = ConfigurationKey(
    "dataSource.password", aliases: ["datasource.pass"], optional: .secret, "The password.")
  static let tags = ConfigurationKey("quarterdeck.agent.tags", .list, default: [], "Tags.")
  static let attributes = ConfigurationFamily("quarterdeck.agent.attribute.", "Attributes.")
  static let schema = ConfigurationSchema(
    keys: [port, serverURL, uuid, heartbeat, password, tags], families: [attributes])
}

func resolved(
  _ text: String, environment: [String: String] = [:], schema: ConfigurationSchema = Keys.schema
) throws -> EffectiveConfiguration {
  try schema.resolve(PropertiesDocument(text), file: "f.properties", environment: environment)
}

@Suite struct ConfigurationSchemaTests {
  @Test func `without anything given the defaults hold`() throws {
    let configuration = try resolved("")
    #expect(configuration[Keys.port] == 4440)
    #expect(configuration[Keys.serverURL] == nil)
    #expect(configuration[Keys.tags] == [])
    #expect(configuration[DaemonKeys.logFormat] == .auto)
    #expect(configuration.warnings.isEmpty)
  }

  @Test func `the file's values are read by their forms`() throws {
    let configuration = try resolved(
      "server.port = 80 \nquarterdeck.agent.tags=a, b,,c\nrundeck.clusterMode.heartbeat.interval=500ms"
    )
    #expect(configuration[Keys.port] == 80)
    #expect(configuration[Keys.tags] == ["a", "b", "c"])
    #expect(configuration[Keys.heartbeat] == .milliseconds(500))
    #expect(configuration.origin(of: Keys.port) == "f.properties line 1")
  }

  @Test func `the environment overrides the file`() throws {
    let configuration = try resolved(
      "server.port=80",
      environment: [
        "SERVER_PORT": "81", "GRAILS_SERVERURL": "https://a",
        "RUNDECK_CLUSTERMODE_HEARTBEAT_INTERVAL": "2",
        "RUNDECK_SERVER_UUID": "123e4567-e89b-12d3-a456-426614174000",
      ])
    #expect(configuration[Keys.port] == 81)
    #expect(configuration[Keys.serverURL] == "https://a")
    #expect(configuration[Keys.heartbeat] == .seconds(2))
    #expect(configuration[Keys.uuid] == "123e4567-e89b-12d3-a456-426614174000")
    #expect(configuration.origin(of: Keys.port) == "environment SERVER_PORT")
  }

  @Test func `an alias is read and the key's own name wins`() throws {
    #expect(try resolved("datasource.pass=x")[Keys.password] == "x")
    #expect(try resolved("datasource.pass=x\ndataSource.password=y")[Keys.password] == "y")
  }

  @Test func `every problem is reported at once with key, value, place and what is allowed`() {
    do {
      _ = try resolved(
        "server.port=70000\ngrails.serverURL=ftp://x", environment: ["RUNDECK_SERVER_UUID": "no"])
      Issue.record("it was accepted")
    } catch let error as ConfigurationError {
      #expect(
        error.problems.map(\.description) == [
          "server.port = \"70000\" (f.properties line 1): is not allowed; allowed: a whole number from 0 to 65535",
          "grails.serverURL = \"ftp://x\" (f.properties line 2): is not allowed; allowed: a URL that begins with http:// or https://",
          "rundeck.server.uuid = \"no\" (environment RUNDECK_SERVER_UUID): is not allowed; allowed: a UUID such as 123e4567-e89b-12d3-a456-426614174000",
        ])
      #expect(error.exitCode == .configuration)
    } catch {
      Issue.record(error)
    }
  }

  @Test func `an empty text unsets an optional key and is bad for another`() throws {
    #expect(try resolved("grails.serverURL=")[Keys.serverURL] == nil)
    #expect(throws: ConfigurationError.self) { try resolved("server.port=") }
  }

  @Test func `a required key that is missing stops the start`() {
    let key = ConfigurationKey("quarterdeck.agent.server", required: .url(), "Where.")
    let schema = ConfigurationSchema(keys: [key])
    #expect(throws: ConfigurationError.self) { try resolved("", schema: schema) }
  }

  @Test func `an unknown key is warned about with the nearest known one`() throws {
    let warnings = try resolved("server.prot=1\nframework.rundeck.url=x").warnings
    #expect(
      warnings == [
        "server.prot (f.properties line 1) is not a known key and has no effect; did you mean server.port?",
        "framework.rundeck.url (f.properties line 2) is not a known key and has no effect",
      ])
  }

  @Test func `an unknown variable of ours is warned about, others are not ours`() throws {
    let environment = ["QUARTERDECK_LOG_LEVLE": "debug", "PATH": "/bin", "RUNDECK_TOKEN": "x"]
    #expect(
      try resolved("", environment: environment).warnings == [
        "QUARTERDECK_LOG_LEVLE (environment) is not a known key and has no effect; did you mean QUARTERDECK_LOG_LEVEL?"
      ])
  }

  @Test func `a key given twice is warned about`() throws {
    let configuration = try resolved("server.port=1\nserver.port=2")
    #expect(configuration[Keys.port] == 2)
    #expect(configuration.warnings.count == 1)
  }

  @Test func `a family's names are the user's`() throws {
    let configuration = try resolved("quarterdeck.agent.attribute.dataCenter=b2")
    #expect(configuration[Keys.attributes] == ["dataCenter": "b2"])
    #expect(configuration.warnings.isEmpty)
  }

  @Test func `the listing shows every key with its place and no secret`() throws {
    let listing = try resolved("dataSource.password=hunter2\nserver.port=1").listing
    #expect(listing.contains("# f.properties line 2\nserver.port = 1\n"))
    #expect(listing.contains("dataSource.password = ********\n"))
    #expect(listing.contains("# default\nquarterdeck.log.format = auto\n"))
    #expect(!listing.contains("hunter2"))
  }

  @Test func `the listing is itself a configuration with the same values`() throws {
    let first = try resolved("server.port=1\nquarterdeck.agent.tags=a,b")
    let second = try resolved(first.listing)
    #expect(second[Keys.port] == 1)
    #expect(second[Keys.tags] == ["a", "b"])
    #expect(second[Keys.heartbeat] == first[Keys.heartbeat])
  }

  @Test func `a bad secret is not shown in its problem`() {
    let pin = ConfigurationKey(
      "pin",
      optional: ValueForm(
        allowed: "x", isSecret: true, parse: { $0 == "x" ? $0 : nil }, format: { $0 }),
      "A PIN.")
    do {
      _ = try resolved("pin=1234", schema: ConfigurationSchema(keys: [pin]))
      Issue.record("it was accepted")
    } catch {
      #expect(!"\(error)".contains("1234"))
    }
  }

  @Test func `a file that is not there is one problem with its path`() {
    #expect {
      try Keys.schema.load(file: "/nowhere/f.properties", environment: [:])
    } throws: {
      "\($0)".contains("/nowhere/f.properties: cannot be read")
    }
  }
}
