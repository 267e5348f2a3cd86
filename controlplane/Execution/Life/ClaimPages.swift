import Model

/// How far a member is in looking through the executions that are queued for it. Pure.
struct ClaimPages: Sendable {
  /// How many are planned at once.
  static let page = 128

  /// Behind which execution it goes on; nil at the beginning.
  private(set) var last: ExecutionID?
  private var isWaiting = false

  /// A page was read that ends with `execution`.
  mutating func passed(_ execution: ExecutionID?, isLast: Bool) {
    last = isLast ? nil : execution
    isWaiting = !isLast
  }

  /// Whether to read the next page, asked once for each.
  mutating func goOn() -> Bool {
    defer { isWaiting = false }
    return isWaiting
  }
}

extension ExecutionConductor {
  /// Reads the next page of what is queued for this member, once the one before is claimed.
  func goOnClaiming() {
    guard claims.goOn() else { return }
    Task { await claimQueued() }
  }
}
