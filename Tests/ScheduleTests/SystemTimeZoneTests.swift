import Glibc
import Testing

@testable import Schedule

@Suite struct SystemTimeZoneTests {
  /// A folder with a file `timezone` and a link `localtime`, removed at the end.
  private func name(variable: String?, file: String?, link: String?) throws -> String {
    var template = Array("/tmp/zone-XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { mkdtemp($0.baseAddress!) }
    let folder = String(cString: try #require(made))
    defer { for path in ["/timezone", "/localtime", ""] { remove(folder + path) } }
    if let file {
      let stream = try #require(fopen(folder + "/timezone", "w"))
      fputs(file, stream)
      fclose(stream)
    }
    if let link { #expect(symlink(link, folder + "/localtime") == 0) }
    return TimeZoneRules.systemName(
      variable: variable, file: folder + "/timezone", link: folder + "/localtime")
  }

  @Test func `the variable comes before the file and the file before the link`() throws {
    let link = "/usr/share/zoneinfo/Asia/Tokyo"
    #expect(try name(variable: "Europe/Paris", file: "Europe/Rome\n", link: link) == "Europe/Paris")
    #expect(try name(variable: nil, file: "Europe/Rome\n", link: link) == "Europe/Rome")
    #expect(try name(variable: nil, file: nil, link: link) == "Asia/Tokyo")
    #expect(try name(variable: nil, file: nil, link: "../usr/share/zoneinfo/Etc/UTC") == "Etc/UTC")
  }

  @Test func `the variable may name a file`() throws {
    #expect(try name(variable: ":Europe/Paris", file: nil, link: nil) == "Europe/Paris")
    let path = ":/usr/share/zoneinfo/Europe/Paris"
    #expect(try name(variable: path, file: nil, link: nil) == "Europe/Paris")
  }

  @Test func `what names no zone is passed over`() throws {
    #expect(try name(variable: "", file: "Europe/Rome", link: nil) == "Europe/Rome")
    #expect(try name(variable: "CET-1CEST,M3.5.0,M10.5.0", file: "\n", link: "/x") == "UTC")
    #expect(try name(variable: "../../etc/passwd", file: "a b\n", link: nil) == "UTC")
    #expect(try name(variable: nil, file: nil, link: nil) == "UTC")
  }

  @Test func `this system has a zone`() throws {
    _ = try TimeZoneRules.named(TimeZoneRules.systemName())
  }
}
