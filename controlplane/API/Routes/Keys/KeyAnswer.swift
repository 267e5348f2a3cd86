import Model

/// What a client wants that asks for a key.
enum KeyAnswer: Sendable, Hashable {
  case metadata
  case content

  /// By the field `Accept`, as Rundeck documents it: the key's own media type or `*/*` means the content, JSON what is
  /// said of it. The one with the higher weight counts, of equals the more exact one; without the field it is `*/*`.
  init(accept: String?, kind: StoredKeyKind) {
    let ranges = (accept ?? "*/*").split(separator: ",").map(MediaRange.init)
    let own = ranges.first { $0.type == kind.contentType }?.weight ?? 0
    let json = ranges.first { ["application/json", "text/json"].contains($0.type) }?.weight ?? 0
    let any = ranges.first { $0.type == "*/*" }?.weight ?? 0
    if own > 0 || json > 0 {
      self = own >= json ? .content : .metadata
    } else {
      self = any > 0 ? .content : .metadata
    }
  }

  /// One of the media types of the field.
  private struct MediaRange {
    let type: String
    let weight: Double

    init(_ text: Substring) {
      let parts = text.split(separator: ";", omittingEmptySubsequences: false).map {
        String(trimmed($0)).lowercased()
      }
      type = parts[0]
      let weights = parts.dropFirst().filter { $0.hasPrefix("q=") }
      weight = weights.first.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
    }
  }
}
