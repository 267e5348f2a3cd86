import Glibc
import HTTPClient
import TestSupport
import Testing

@testable import Execution

/// `file:` addresses of values.
@Suite struct RemoteFolderTests {
  private func values(_ address: String, in folder: String?) async throws -> [String] {
    var settings = RemoteValuesSettings()
    settings.folder = folder
    settings.answerBytes = 1_000
    let client = RemoteValueClient(http: HTTPClient(), settings: settings)
    return try await client.values(
      RemoteValueClient.Question(address: try RemoteAddress(address)), within: .seconds(60)
    ).map(\.value)
  }

  @Test func `files of the one folder may be read, and no others`() async throws {
    try await StepRoom.withFolder { folder in
      mkdir("\(folder)/in", 0o755)
      try writeFile("\(folder)/in/a.json", #"["a"]"#)
      try writeFile("\(folder)/in/b c.txt", "one\ntwo\n")
      try writeFile("\(folder)/out.json", #"["secret"]"#)
      try writeFile("\(folder)/in/long.json", String(repeating: " ", count: 1_001))
      symlink("\(folder)/out.json", "\(folder)/in/link.json")
      mkfifo("\(folder)/in/pipe", 0o644)
      let inside = "\(folder)/in"
      #expect(try await values("file:\(folder)/in/a.json", in: inside) == ["a"])
      #expect(try await values("file://\(folder)/in/b%20c.txt", in: inside) == ["one", "two"])
      for bad in [
        "/out.json", "/in/../out.json", "/in/%2e%2e/out.json", "/in/link.json", "/in/none",
        "/in/pipe", "/in", "/in/long.json",
      ] {
        await #expect(throws: RemoteValuesError.self, "\(bad)") {
          try await values("file:\(folder)\(bad)", in: inside)
        }
      }
      await #expect(throws: RemoteValuesError.self) {
        try await values("file:\(folder)/in/a.json", in: nil)
      }
    }
  }
}
