extension Duration {
  /// Cut off, and kept within what can be added to a time.
  var wholeMicroseconds: Int64 {
    let (seconds, attoseconds) = components
    guard seconds.magnitude < 1_000_000_000_000 else {
      return seconds < 0 ? -1_000_000_000_000_000_000 : 1_000_000_000_000_000_000
    }
    return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
  }
}
