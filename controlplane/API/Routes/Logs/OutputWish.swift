import Hummingbird
import Logs
import Model
import Store

/// What a request for output asks for.
struct OutputWish: Sendable {
  let offset: Int64
  /// In milliseconds since 1970.
  let lastModified: Int64?
  let maxLines: Int?
  let lastLines: Int?
  /// Whether an entry shows only what differs from the one before it.
  let isCompacted: Bool
  /// Whether the answer goes on until the execution's end.
  let isFollowing: Bool
  let selection: LogSelection

  init(_ request: APIRequest) throws(APIError) {
    let query = request.query
    isCompacted = request.version >= 21 ? try query.flag("compacted") ?? false : false
    isFollowing = try query.flag("follow") ?? false
    offset = try query.count("offset") ?? 0
    lastModified = try query.count("lastmod")
    maxLines = try query.count("maxlines").flatMap { $0 > 0 ? Int(clamping: $0) : nil }
    lastLines = try query.count("lastlines").flatMap { $0 > 0 ? Int(clamping: $0) : nil }
    let parameters = request.context.parameters
    let step = [parameters.get("step"), parameters.get("substep")].compactMap { $0 }
    selection = LogSelection(
      node: parameters.get("node").map { _ in request.path("node") },
      step: step.isEmpty ? nil : step.joined(separator: "/").removingPercentEscapes)
  }

  func isUnmodified(_ page: OutputPage) -> Bool {
    guard let lastModified, lastModified > 0, lastLines == nil else { return false }
    return (page.lastModified?.milliseconds ?? 0) <= lastModified && offset >= page.size
  }
}

extension APIRequest {
  /// By the parameter `format`, else by `Accept`. Throws the 415 for another format.
  func outputFormat() throws(APIError) -> API.OutputFormat {
    switch query.text("format") {
    case "json": return .json
    case "text": return .text
    case let format?: throw .unsupportedFormat(format)
    case nil: return wantsText ? .text : .json
    }
  }
}

extension APIRequest {
  /// Whether entries say what stream they came from: `metadata` is there from version 43 on.
  var showsStreams: Bool { version >= 43 }
}
