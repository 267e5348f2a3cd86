import Model
import Testing

/// Paths of the key storage.
@Suite struct StoragePathTests {
  @Test func `a path has its parts, its folders and its project`() throws {
    let path = try StoragePath("/keys/project/my p/db/ü.pem")
    #expect(path.text == "keys/project/my p/db/ü.pem" && path.name == "ü.pem")
    #expect(path.folder.text == "keys/project/my p/db")
    #expect(
      path.folders.map(\.text) == ["keys/project/my p/db", "keys/project/my p", "keys/project"])
    #expect(path.project == "my p" && path.isReadable(in: "my p") && !path.isReadable(in: "my"))
    let other = try StoragePath("keys/a")
    #expect(other.folders.isEmpty && other.folder == .root && other.isReadable(in: "anything"))
    #expect(try StoragePath("keys/project").project == nil)
    #expect(try StoragePath("keys/project/q").project == "q")
    #expect(try StoragePath("keys") == .root && StoragePath("/keys").isRoot)
  }

  @Test(arguments: [
    "", "/", "key/a", "keysa", "keys/", "keys//a", "keys/a/", "keys/../a", "keys/a/..", "keys/./a",
    "//keys/a", "a/keys", "Keys/a", "keys/a\u{7}b", "keys/a\nb", "keys/\u{0}", "keys/\u{85}",
    "keys/a\u{2028}", "keys/\u{FFFD}", "keys/" + String(repeating: "x", count: 256),
    "keys/" + String(repeating: "x/", count: 600) + "x",
  ])
  func `what is no path is refused with its reason`(_ text: String) {
    let problem = #expect(throws: StoragePathProblem.self) { try StoragePath(text) }
    #expect(problem?.description.isEmpty == false)
  }

  @Test func `a slash with a mark on it is a slash`() throws {
    #expect(throws: StoragePathProblem.self) { try StoragePath("keys/a/../b\u{301}/\u{301}/..") }
    #expect(try StoragePath("keys/a/\u{301}b").parts.count == 2)
  }

  @Test func `the longest path and the longest part are taken`() throws {
    let part = String(repeating: "x", count: 255)
    #expect(try StoragePath("keys/\(part)").name == part)
    let longest =
      "keys/"
      + [part, part, part, String(repeating: "y", count: 251)]
      .joined(separator: "/")
    #expect(longest.utf8.count == 1024)
    #expect(try StoragePath(longest).text == longest)
    #expect(throws: StoragePathProblem.self) { try StoragePath(longest + "y") }
  }

  @Test func `a media type says the kind, and no other does`() {
    for kind in StoredKeyKind.allCases {
      #expect(StoredKeyKind(contentType: kind.contentType) == kind)
    }
    #expect(StoredKeyKind(contentType: "text/plain") == nil)
    #expect(StoredKeyKind.allCases.filter { !$0.isSecret } == [.publicKey])
  }
}
