import Model
import Testing
import Wire

@testable import Execution

/// `copyfile` (WFS-08): what the host's own `tar` makes of what an agent would get.
@Suite struct CopyFileTests {
  /// Copies from a folder with `a.txt`, `b.sh`, `sub/c.txt`, `sub/files2/d` and `files2/deep/my-file.x`.
  private func copied(_ settings: [String: String], _ check: (String) throws -> Void) async throws {
    try await StepRoom.withFolder { folder in
      try StepRoom.shell(
        """
        cd \(folder); mkdir -p src/sub/files2 src/files2/deep; cd src; printf a > a.txt; \
        printf b > b.sh; chmod 755 b.sh; printf c > sub/c.txt; printf d > sub/files2/d; \
        printf e > files2/deep/my-file.x; ln -s ../src loop; chmod -R a+rX .; rm loop
        """)
      var settings = settings
      for (key, value) in settings {
        settings[key] = value.split(separator: "FOLDER", omittingEmptySubsequences: false)
          .joined(separator: folder)
      }
      let context = StepRoom.context(StepRoom.plugin("copyfile", settings))
      let specification = try StepRoom.specification(try await StepRoom.run(context))
      let stream = try #require(specification.standardInput)
      try StepRoom.shell(
        "printf '\(stream.map { "\\" + String($0, radix: 8).leftPadded }.joined())' > \(folder)/x.tar"
      )
      let words = specification.arguments.map { ShellQuoting.argument($0) }
      try StepRoom.shell(words.joined(separator: " ") + " < \(folder)/x.tar")
      try check(folder)
    }
  }

  private func tree(_ folder: String) throws -> [String] {
    try StepRoom.shell("cd \(folder) && find . -mindepth 1 | sort").split(separator: "\n").map {
      String($0.dropFirst(2))
    }
  }

  @Test func `a file gets its new name, and its mode stays`() async throws {
    try await copied(["sourcePath": "FOLDER/src/b.sh", "destinationPath": "FOLDER/new/dir/c.sh"]) {
      folder in
      let found = try tree("\(folder)/new")
      #expect(found == ["dir", "dir/c.sh"])
      let copy = "\(folder)/new/dir/c.sh"
      let printed = try StepRoom.shell("stat -c %a \(copy); cat \(copy)")
      #expect(printed == "755\nb")
    }
  }

  @Test func `a destination with a slash at its end keeps the file's name`() async throws {
    try await copied(["sourcePath": "FOLDER/src/a.txt", "destinationPath": "FOLDER/new/"]) {
      folder in
      let found = try tree("\(folder)/new")
      #expect(found == ["a.txt"])
    }
  }

  @Test func `a folder is copied with everything in it`() async throws {
    try await copied([
      "sourcePath": "FOLDER/src", "destinationPath": "FOLDER/new", "recursive": "true",
    ]) {
      folder in
      let found = try tree("\(folder)/new")
      #expect(
        found == [
          "a.txt", "b.sh", "files2", "files2/deep", "files2/deep/my-file.x", "sub", "sub/c.txt",
          "sub/files2", "sub/files2/d",
        ])
    }
  }

  @Test func `a pattern without recursion leaves folders out`() async throws {
    try await copied([
      "sourcePath": "FOLDER/src", "destinationPath": "FOLDER/new", "pattern": "*.txt",
    ]) { folder in
      let found = try tree("\(folder)/new")
      #expect(found == ["a.txt"])
    }
  }

  @Test func `a pattern with folders finds files in them`() async throws {
    try await copied([
      "sourcePath": "FOLDER/src", "destinationPath": "FOLDER/new", "pattern": "**/*file.*",
      "recursive": "true",
    ]) { folder in
      let found = try tree("\(folder)/new")
      #expect(found == ["files2", "files2/deep", "files2/deep/my-file.x"])
    }
  }

  @Test func `a folder that a pattern names comes with its contents`() async throws {
    try await copied([
      "sourcePath": "FOLDER/src", "destinationPath": "FOLDER/new", "pattern": "**/files2",
      "recursive": "true",
    ]) {
      folder in
      let found = try tree("\(folder)/new")
      #expect(
        found == [
          "files2", "files2/deep", "files2/deep/my-file.x", "sub", "sub/files2", "sub/files2/d",
        ])
    }
  }

  @Test func `too much, nothing and what may not be read fail with the reason`() async throws {
    try await StepRoom.withFolder { folder in
      try StepRoom.shell(
        "cd \(folder); truncate -s 2M big; chmod 644 big; echo x > key; chmod 600 key")
      let tools = MemberTools(limits: MemberStepLimits(copyBytes: 1 << 20))
      for (source, pattern, text) in [
        ("big", nil, "larger than 1048576 bytes"), ("key", nil, "every user"),
        ("", "*.none", "nothing there matches *.none"), ("none", "*", "no folder"),
      ] as [(String, String?, String)] {
        var settings = ["sourcePath": "\(folder)/\(source)", "destinationPath": "/tmp/none/"]
        settings["pattern"] = pattern
        let context = StepRoom.context(StepRoom.plugin("copyfile", settings))
        let failure = StepRoom.failure(try await StepRoom.run(context, tools))
        #expect(failure?.message.contains(text) == true, "\(failure?.message ?? "")")
      }
    }
    let relative = StepRoom.plugin("copyfile", ["sourcePath": "/x", "destinationPath": "y"])
    #expect(throws: UnfitStep.self) { try StepRoom.context(relative).work() }
  }

  @Test func `long names survive`() async throws {
    let name = String(repeating: "n", count: 120)
    try await copied([
      "sourcePath": "FOLDER/src/a.txt", "destinationPath": "FOLDER/new/\(name)",
    ]) { folder in
      let found = try tree("\(folder)/new")
      #expect(found == [name])
    }
  }

  @Test(arguments: [
    ("*.txt", "a.txt", true), ("*.txt", "b/a.txt", false), ("**/*.txt", "a.txt", true),
    ("**/*.txt", "b/c/a.txt", true), ("a?c", "abc", true), ("a?c", "ac", false),
    ("**/x/**", "a/x/b", true), ("**/x", "a/b", false), ("dir/", "dir/a", true),
    ("*a*b*", "xaxxb", true),
    ("*a*a*a*b", String(repeating: "a", count: 200), false),
  ])
  func `patterns name paths`(pattern: String, path: String, expected: Bool) {
    let names = path.split(separator: "/").map(String.init)
    #expect(PathPattern(pattern).matches(names) == expected)
  }
}

extension String {
  /// Three octal digits.
  fileprivate var leftPadded: String { String(repeating: "0", count: 3 - count) + self }
}
