/// A zone's offsets from 1970 to 2200, in pieces of constant offset; shared by every schedule in it.
///
/// *Label* means a reading of the local clock: the seconds since 1970-01-01 00:00 that it would take a
/// clock that is never put forward or back to show it.
final class ZoneTable: Sendable {
  /// When each piece begins, in seconds since 1970 UTC; the first begins before everything.
  let starts: [Int64]
  /// What the local clock is ahead of UTC in each piece, in seconds.
  let offsets: [Int64]
  /// For each piece, the end (exclusive) of the labels that the clock has shown before it begins. Where the
  /// clock was put back, this is later than the piece's first label.
  let reached: [Int64]

  /// Before every instant of a schedule, and far enough from the ends of Int64 for sums.
  static let beginning = Int64.min / 4

  /// - Parameters:
  ///   - first: the offset before the first change.
  ///   - changes: later offsets and their beginnings, in order.
  init(first: Int64, changes: [(start: Int64, offset: Int64)] = []) {
    var starts = [Self.beginning]
    var offsets = [first]
    var reached = [Self.beginning]
    for change in changes where change.offset != offsets.last {
      reached.append(max(reached.last!, change.start + offsets.last!))
      starts.append(change.start)
      offsets.append(change.offset)
    }
    self.starts = starts
    self.offsets = offsets
    self.reached = reached
  }

  var count: Int { starts.count }

  /// The piece that `second` is in.
  func piece(at second: Int64) -> Int {
    Self.last(of: starts, notAfter: second)
  }

  /// The piece in which the clock first shows `label` or, when it never does, a later one.
  func piece(reaching label: Int64) -> Int {
    Self.last(of: reached, notAfter: label)
  }

  /// The first label of a piece.
  func firstLabel(of piece: Int) -> Int64 { starts[piece] + offsets[piece] }

  /// The end (exclusive) of a piece's labels.
  func endLabel(of piece: Int) -> Int64 {
    piece + 1 < count ? starts[piece + 1] + offsets[piece] : .max
  }

  /// How far the clock is put forward (or back, negative) where a piece begins.
  func shift(into piece: Int) -> Int64 { piece > 0 ? offsets[piece] - offsets[piece - 1] : 0 }

  /// The last index whose value is at most `value`; 0 when there is none. The values ascend.
  private static func last(of values: [Int64], notAfter value: Int64) -> Int {
    var low = 0
    var high = values.count
    while low + 1 < high {
      let middle = (low + high) / 2
      if values[middle] <= value { low = middle } else { high = middle }
    }
    return low
  }
}
