import HTTPClient
import Model

/// Where a script comes from that the definition only names.
enum ScriptSource: Sendable, Hashable {
  /// A file of the member's host.
  case file(String)
  /// An address of http or https.
  case url(String)

  /// The source that a step names, references replaced.
  ///
  /// Throws `UnfitStep` for an address that is neither of this kind nor `file:` in the definition itself: a value
  /// cannot make a file of it.
  init(_ place: ExternalScript.Place, in context: DataContext) throws(UnfitStep) {
    let expansion = ReferenceExpansion(context: context, limit: 65_536)
    do throws(ExpansionOverrun) {
      switch place {
      case .file(let path): self = .file(Self.path(try expansion.expand(path)))
      case .url(let text) where text.lowercased().hasPrefix("file:"):
        self = .file(Self.path(try expansion.expand(text)))
      case .url(let text): self = .url(try StepAddress.expand(text, expansion))
      }
    } catch {
      throw UnfitStep(message: "The script's place: \(error)")
    }
    guard case .url(let address) = self, !StepAddress.isHTTP(address) else { return }
    throw UnfitStep(
      message: "scripturl: '\(address.prefix(200))' must begin with http://, https:// or file:")
  }

  /// The path of `file:/path`, `file:///path` and `file://localhost/path`.
  private static func path(_ text: String) -> String {
    guard text.lowercased().hasPrefix("file:") else { return text }
    let rest = text.dropFirst(5)
    for host in ["//localhost/", "///"] where rest.hasPrefix(host) {
      return "/" + rest.dropFirst(host.count)
    }
    return String(rest)
  }

  /// The script.
  func read(_ tools: MemberTools) async throws(StepFailure) -> [UInt8] {
    switch self {
    case .file(let path): return try await tools.files.read(path, limit: tools.limits.scriptBytes)
    case .url(let address): return try await Self.fetch(address, tools)
    }
  }

  private static func fetch(
    _ address: String, _ tools: MemberTools
  ) async throws(StepFailure) -> [UInt8] {
    let known = await tools.scripts.script(at: address)
    var request = HTTPRequest("GET", address, headers: ["Accept": "*/*"])
    if let etag = known?.entry.etag { request.headers["If-None-Match"] = etag }
    if let time = known?.entry.lastModified { request.headers["If-Modified-Since"] = time }
    let response = try await tools.web.send(
      request, limit: tools.limits.scriptBytes, within: tools.limits.fetchTime)
    if response.status == 304, let known { return known.bytes }
    guard response.status == 200 else {
      throw StepFailure("IOFailure", "\(address): the server answered \(response.status)")
    }
    await tools.scripts.keep(
      response.body, etag: response.headers["ETag"],
      lastModified: response.headers["Last-Modified"], at: address)
    return response.body
  }
}
