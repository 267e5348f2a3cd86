import Model

/// How far a member is in looking through what it owns for what it does not carry. Pure.
struct TakingUp: Sendable {
  /// How many are taken up between two commits.
  static let portion = 64
  /// Of how many more it is read at once who owns them.
  static let page = 512
  /// Everything is looked through after so many looks that found nothing to do, whatever the counts say.
  static let looksBetween = 15

  /// Behind which execution it goes on; nil at the beginning.
  private(set) var last: ExecutionID?
  private(set) var isUnderWay = false
  /// Whether it goes on until the database answers.
  private(set) var isInsisting = false
  /// Whether it begins anew at its end: something may have been given behind its back.
  private var isAskedAgain = false
  /// How many were owned and not carried, rightly, when everything was looked through last.
  private var uncarried = 0
  private var looks = 0

  /// Whether to look through everything, when so many are owned and not carried now.
  mutating func isDue(uncarried now: Int) -> Bool {
    looks += 1
    return now != uncarried || looks >= Self.looksBetween
  }

  /// Begins, or begins anew once the end is reached.
  mutating func begin(insisting: Bool) {
    isInsisting = isInsisting || insisting
    guard !isUnderWay else { return isAskedAgain = true }
    isUnderWay = true
    last = nil
    uncarried = 0
  }

  /// It is through up to `execution`, and so many of these are not carried, rightly.
  mutating func passed(_ execution: ExecutionID?, uncarried count: Int, isLast: Bool) {
    last = execution ?? last
    uncarried += count
    guard isLast else { return }
    let again = isAskedAgain
    stop()
    looks = 0
    if again { begin(insisting: false) }
  }

  /// Gives up: the next look begins anew.
  mutating func stop() {
    isUnderWay = false
    isAskedAgain = false
    isInsisting = false
    looks = Self.looksBetween
  }
}
