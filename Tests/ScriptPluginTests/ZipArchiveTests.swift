import ScriptPlugin
import TestSupport
import Testing

@Suite struct ZipArchiveTests {
  private func refusal(_ bytes: [UInt8], limits: ZipLimits = ZipLimits()) -> String? {
    do throws(ZipError) {
      let archive = try ZipArchive(bytes, limits: limits)
      for entry in archive.entries { _ = try archive.content(of: entry) }
      return nil
    } catch {
      return "\(error)"
    }
  }

  private func refusal(_ entries: [ZipWriter.Entry], limits: ZipLimits = ZipLimits()) -> String? {
    refusal(ZipWriter(entries).bytes, limits: limits)
  }

  @Test func `stored and deflated files come out as they went in`() throws {
    let noise = (0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    let archive = try ZipArchive(
      ZipWriter([
        .init("a/", mode: 0o040755, isDeflated: false),
        .init("a/b.sh", bytes: noise, mode: 0o100755),
        .init("a/c", bytes: noise, isDeflated: false), .init("a/empty", ""),
      ]).bytes)
    #expect(archive.entries.map(\.path) == ["a", "a/b.sh", "a/c", "a/empty"])
    #expect(archive.entries.map(\.isFolder) == [true, false, false, false])
    #expect(archive.entries.map(\.isExecutable) == [true, true, false, false])
    #expect(try archive.content(of: archive.entries[1]) == noise)
    #expect(try archive.content(of: archive.entries[2]) == noise)
    #expect(try archive.content(of: archive.entries[3]) == [])
  }

  @Test(arguments: [
    "../evil", "a/../../evil", "/etc/passwd", "a//b", "a/./b", "a\\b", "a\nb", "..", "",
    String(repeating: "x", count: 256), String(repeating: "x/", count: 600),
  ])
  func `names that lead out of the folder are refused`(name: String) {
    #expect(refusal([.init("fine", "1"), .init(name, "x")]) != nil)
  }

  @Test func `names that are there twice and files below files are refused`() {
    #expect(refusal([.init("a", "1"), .init("a", "2")])?.contains("'a' is there twice") == true)
    #expect(
      refusal([.init("a", "1"), .init("a/", "", mode: 0o040755, isDeflated: false)]) != nil)
    #expect(refusal([.init("a/b", "2"), .init("a", "1")])?.contains("is below a file") == true)
  }

  @Test func `links, devices, encryption and zip64 are refused`() {
    #expect(
      refusal([.init("link", "/etc/passwd", mode: 0o120777)])?.contains("symbolic link") == true)
    #expect(refusal([.init("device", "", mode: 0o020666)])?.contains("neither a file") == true)
    var entry = ZipWriter.Entry("secret", "x")
    entry.flags = 1
    #expect(refusal([entry])?.contains("encrypted") == true)
    var bytes = ZipWriter([.init("a", "b")]).bytes
    bytes.replaceSubrange((bytes.count - 14)..<(bytes.count - 10), with: [255, 255, 255, 255])
    #expect(refusal(bytes)?.contains("zip64") == true)
  }

  @Test func `bombs are refused before they are unpacked, or where they lie about their size`() {
    let zeros = ZipWriter.Entry("zeros", bytes: [UInt8](repeating: 0, count: 3 << 20))
    let limits = ZipLimits(archiveBytes: 1 << 20, entries: 10, contentBytes: 1 << 20)
    #expect(refusal([zeros], limits: limits)?.contains("3145728 bytes") == true)
    var lying = zeros
    lying.claimedSize = 1_000
    #expect(refusal([lying], limits: limits)?.contains("does not unpack") == true)
    let many = (0..<11).map { ZipWriter.Entry("f\($0)") }
    #expect(refusal(many, limits: limits)?.contains("11 entries") == true)
    let big = ZipWriter.Entry(
      "noise", bytes: [UInt8](repeating: 7, count: 2 << 20), isDeflated: false)
    #expect(refusal([big], limits: limits)?.contains("bytes") == true)
  }

  @Test func `entries that share their bytes are refused`() {
    // Two headers of the directory for one content: the quine-like bombs are built like this.
    let bytes = ZipWriter([.init("a", "content"), .init("b", "content")]).bytes
    var shared = bytes
    let second = bytes.indices.last {
      bytes[$0...].prefix(4).elementsEqual([0x50, 0x4B, 0x01, 0x02])
    }!
    shared.replaceSubrange((second + 42)..<(second + 46), with: [0, 0, 0, 0])
    #expect(refusal(shared)?.contains("overlaps") == true)
  }

  @Test func `what was changed or cut is refused, and never read beyond its end`() {
    let bytes = ZipWriter([
      .init("a/x.sh", String(repeating: "echo hello\n", count: 50)), .init("a/y", "z"),
    ]).bytes
    for end in 0..<bytes.count {
      #expect(refusal(Array(bytes[..<end])) != nil, "cut at \(end)")
    }
  }

  @Test func `random changes are refused or harmless`() {
    let bytes = ZipWriter([
      .init("p/", mode: 0o040755, isDeflated: false),
      .init("p/plugin.yaml", "name: x\n"), .init("p/contents/x.sh", "echo 1"),
    ]).bytes
    for seed in FuzzRounds(3_000) {
      var random = SeededGenerator(seed: seed)
      var changed = bytes
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        changed[Int.random(in: changed.indices, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      guard let archive = try? ZipArchive(changed) else { continue }
      for entry in archive.entries {
        #expect(!entry.path.hasPrefix("/") && !entry.path.contains(".."), "seed \(seed)")
        let size = (try? archive.content(of: entry))?.count ?? entry.size
        #expect(size == entry.size, "seed \(seed)")
      }
    }
  }
}
