import Testing

@testable import API

/// Multipart bodies as they come, in pieces of any size.
@Suite struct MultipartStreamTests {
  private typealias Event = MultipartStream.Event

  /// The parts of a body that comes in pieces of `size` bytes: name, file name, text.
  private static func parts(_ body: String, by size: Int) throws -> (parts: [String], whole: Bool) {
    var stream = MultipartStream(boundary: "B")
    var parts: [String] = []
    var bytes: [UInt8] = []
    let all = Array(body.utf8)
    for start in stride(from: 0, to: all.count, by: size) {
      for event in try stream.receive(all[start..<min(start + size, all.count)]) {
        switch event {
        case .begin(let name, let fileName): parts.append("\(name)/\(fileName ?? "-")=")
        case .bytes(let more): bytes += more
        case .end:
          parts[parts.count - 1] += String(decoding: bytes, as: UTF8.self)
          bytes = []
        }
      }
    }
    return (parts, stream.isComplete)
  }

  private static let body = [
    "preamble", "--B", "Content-Disposition: form-data; name=\"a\"; filename=\"x y.txt\"",
    "Content-Type: text/plain", "", "one\r\n--other\r\n\r\n--", "--B  ",
    "content-disposition: form-data; name=b", "", "", "--B",
    "Content-Disposition: form-data; name=\"c\"", "", "\n\r", "--B--", "epilogue --B",
  ].joined(separator: "\r\n")

  @Test(arguments: [1, 2, 3, 7, 16, 64, 1_000])
  func `parts are told as they come`(size: Int) throws {
    let (parts, whole) = try Self.parts(Self.body, by: size)
    #expect(parts == ["a/x y.txt=one\r\n--other\r\n\r\n--", "b/-=", "c/-=\n\r"])
    #expect(whole)
  }

  @Test func `a body that ends early is not whole, one without names or end of headers is refused`()
    throws
  {
    for size in [1, 5, 100] {
      #expect(try !Self.parts(String(Self.body.dropLast(20)), by: size).whole)
      #expect(throws: APIError.self) {
        try Self.parts("--B\r\nContent-Type: x\r\n\r\nbody\r\n--B--", by: size)
      }
      #expect(throws: APIError.self) {
        try Self.parts("--B\r\n" + String(repeating: "x", count: 20_000), by: size)
      }
    }
    #expect(try Self.parts("", by: 1).parts.isEmpty)
  }
}
