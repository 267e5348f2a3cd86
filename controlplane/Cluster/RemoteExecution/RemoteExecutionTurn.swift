import Model

/// What makes several decisions differ: a number from a counter that the members share. Everything that looks
/// like chance is derived from it, so that a decision can be repeated.
struct RemoteExecutionTurn {
  let number: UInt64

  /// Walks the rotation: the one whose turn it is, or, when that one is passed over, whoever has the turn among
  /// the others in their own rotation. So what falls to a member that is passed over is spread evenly over
  /// the rest, and everybody else's turns stay where they are.
  ///
  /// `rotation` must be in the same order on every member.
  func next<Item>(in rotation: [Item], isPassedOver: (Item) -> Bool) -> Item? {
    Self.walk(rotation, from: number, isPassedOver)
  }

  /// The same with a number that no pattern of turns shows through.
  func draw<Item>(from items: [Item], isPassedOver: (Item) -> Bool = { _ in false }) -> Item? {
    Self.walk(items, from: scattered(salt: 1), isPassedOver)
  }

  private static func walk<Item>(
    _ items: [Item], from start: UInt64, _ isPassedOver: (Item) -> Bool
  ) -> Item? {
    var rest = items
    var position = start
    while !rest.isEmpty {
      let count = UInt64(rest.count)
      let item = rest.remove(at: Int(position % count))
      if !isPassedOver(item) { return item }
      position /= count
    }
    return nil
  }

  /// From 0 up to, but not including, 1.
  var fraction: Double { Double(scattered(salt: 2) >> 11) / Double(1 << 53) }

  /// The turn through SplitMix64's finisher, which spreads neighbouring numbers over all bits.
  func scattered(salt: UInt64) -> UInt64 {
    var bits = number &+ salt &* 0x9E37_79B9_7F4A_7C15
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  /// A number of a text that is the same in every process (FNV-1a).
  static func number(of text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
