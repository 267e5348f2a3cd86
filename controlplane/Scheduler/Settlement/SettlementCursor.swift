import Model

/// Goes through one job's unsettled period in pages, so that a long outage is neither held in memory nor
/// keeps other jobs waiting. Pure.
///
/// When only the newest instant is to run it comes first, in a page of its own; the others follow in the
/// order of time.
struct SettlementCursor: Sendable {
  /// A part of the period.
  struct Page: Sendable {
    /// The page's instants are after this one …
    let after: Instant
    /// … and not after this one.
    let through: Instant
    /// All of them, whether they have an outcome or not.
    let instants: [ExpectedInstant]
    /// Once they have an outcome, so has everything up to here; nil for a page out of turn.
    let settles: Instant?
  }

  let job: JobID
  let settlement: Settlement
  /// The period's end.
  let through: Instant
  /// Whether there is more to settle that has yet to come: a version that ends a little after this member's
  /// present, whose clock is an estimate.
  let isCut: Bool
  private let expected: ExpectedInstants
  private var position: Instant
  private var early: ExpectedInstant?

  /// A cursor over (after, through], looked at `now`. An instant that is no later than `patience` then is
  /// on time: it is launched whatever the policy.
  init(
    job: JobID, expected: ExpectedInstants, after: Instant, through: Instant,
    policy: CatchUpPolicy, now: Instant, patience: Duration, isCut: Bool = false
  ) {
    self.job = job
    self.expected = expected
    self.through = through
    self.isCut = isCut
    position = after
    let newest = expected.last(after: after, through: through)
    settlement = Settlement(
      policy: policy, now: now, newest: newest?.instant, patience: patience)
    if let newest, policy.mode == .latest, settlement.verdict(on: newest.instant) == .launch {
      early = newest
    }
  }

  /// Whether every page was taken.
  var isAtEnd: Bool { early == nil && position >= through }

  /// The next page with at most `limit` instants, of which at most `launches` are to be launched; nil at
  /// the end.
  mutating func page(limit: Int, launches: Int) -> Page? {
    if let early {
      self.early = nil
      let before = Instant(microseconds: early.instant.microseconds - 1)
      return Page(after: before, through: early.instant, instants: [early], settles: nil)
    }
    guard position < through else { return nil }
    let all = expected.first(limit, after: position, through: through)
    let instants = upTo(launches, of: all)
    let isLast = all.count < limit && instants.count == all.count
    let end = isLast ? through : instants.last?.instant ?? through
    defer { position = end }
    return Page(after: position, through: end, instants: instants, settles: end)
  }

  private func upTo(_ launches: Int, of instants: [ExpectedInstant]) -> [ExpectedInstant] {
    var left = max(launches, 1)
    for (index, instant) in instants.enumerated() {
      guard settlement.verdict(on: instant.instant) == .launch else { continue }
      left -= 1
      if left == 0 { return Array(instants[...index]) }
    }
    return instants
  }
}
