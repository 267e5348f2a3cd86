import Logging
import ScriptPlugin
import TestSupport
import Testing

@testable import Plugins

@Suite struct PluginLoadingTests {
  @Test func `the shelf has what is in the folder once it was looked at`() async throws {
    let folder = try makeTemporaryFolder("plugins")
    defer { removeFolder(folder) }
    let shelf = PluginShelf()
    let loading = PluginLoading(
      folder, into: shelf, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    await loading.look()
    #expect(shelf.all.isEmpty)
    try writeFile("\(folder)/bad-plugin.zip", "no zip")
    await loading.look()
    #expect(shelf.all.isEmpty)
  }
}
