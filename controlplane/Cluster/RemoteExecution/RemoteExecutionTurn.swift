/// What makes one decision differ from the next: a number that no other decision has. Everything that looks like
/// chance is derived from it, so that a decision can be repeated.
public enum RemoteExecutionTurn: Sendable, Hashable {
  /// A number from a counter that the members share and that grows by one with each decision of one profile.
  /// `RoundRobin` then gives n successive turns to n members, whoever decides.
  case counted(UInt64)
  /// A number that only grows, such as an execution's. `RoundRobin` then gives each n successive numbers to n
  /// members and begins every such round somewhere else; so whichever of the numbers are used, and in
  /// whatever rhythm, no member gets more of them than others for long.
  case numbered(UInt64)

  public var number: UInt64 {
    switch self {
    case .counted(let number), .numbered(let number): number
    }
  }
}

// MARK: Choosing.

extension RemoteExecutionTurn {
  /// The one whose turn it is or, when that one is passed over, whoever has the turn among the others in a
  /// rotation of their own. So what falls to one that is passed over is spread evenly over the rest, and
  /// everybody else's turns stay where they are.
  ///
  /// `rotation` must be in the same order on every member. Nil when all are passed over.
  func next<Item>(in rotation: [Item], isPassedOver: (Item) -> Bool = { _ in false }) -> Item? {
    var rest = rotation
    var position = number
    var isStrict = if case .counted = self { true } else { false }
    while !rest.isEmpty {
      let count = UInt64(rest.count)
      let round = position / count
      let start = isStrict ? 0 : Self.scattered(round, salt: count) % count
      let item = rest.remove(at: Int((position % count + start) % count))
      if !isPassedOver(item) { return item }
      position = round
      isStrict = false
    }
    return nil
  }

  /// One of them, with equal chances.
  func draw<Item>(from items: [Item]) -> Item? {
    items.isEmpty ? nil : items[Int(Self.scattered(number, salt: 1) % UInt64(items.count))]
  }

  /// From 0 up to, but not including, 1.
  var fraction: Double { Double(Self.scattered(number, salt: 2) >> 11) / Double(1 << 53) }

  /// A number that orders texts differently at each turn.
  func rank(of text: String) -> UInt64 {
    // FNV-1a: the same in every process, unlike a hash value.
    let salt = text.utf8.reduce(0xCBF2_9CE4_8422_2325) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    return Self.scattered(number, salt: salt)
  }

  /// SplitMix64's finisher, which spreads neighbouring numbers over all bits.
  private static func scattered(_ number: UInt64, salt: UInt64) -> UInt64 {
    var bits = number &+ salt &* 0x9E37_79B9_7F4A_7C15
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}
