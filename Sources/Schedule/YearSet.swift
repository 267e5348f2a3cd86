/// Years from 1970 to 2199, one bit each.
struct YearSet: Sendable, Hashable {
  private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  private static let first = CronField.year.values.lowerBound

  static let all: YearSet = {
    var set = YearSet()
    for year in CronField.year.values { set.insert(year) }
    return set
  }()

  mutating func insert(_ year: Int) {
    let bit = UInt64(1) << UInt64((year - Self.first) & 63)
    switch (year - Self.first) >> 6 {
    case 0: words.0 |= bit
    case 1: words.1 |= bit
    case 2: words.2 |= bit
    default: words.3 |= bit
    }
  }

  private func word(_ index: Int) -> UInt64 {
    switch index {
    case 0: words.0
    case 1: words.1
    case 2: words.2
    default: words.3
    }
  }

  func contains(_ year: Int) -> Bool {
    let place = year - Self.first
    return (0..<256).contains(place) && word(place >> 6) >> UInt64(place & 63) & 1 == 1
  }

  /// The first year of the set that is not before `year`.
  func next(from year: Int) -> Int? {
    let place = max(0, year - Self.first)
    guard place < 256 else { return nil }
    var index = place >> 6
    var rest = word(index) & (.max << UInt64(place & 63))
    while rest == 0 {
      index += 1
      guard index < 4 else { return nil }
      rest = word(index)
    }
    return Self.first + index << 6 + rest.trailingZeroBitCount
  }

  static func == (left: YearSet, right: YearSet) -> Bool { left.words == right.words }

  func hash(into hasher: inout Hasher) {
    for index in 0..<4 { hasher.combine(word(index)) }
  }
}
