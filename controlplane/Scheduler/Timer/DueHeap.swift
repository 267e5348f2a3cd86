/// The slots of a table by when they are due: a binary heap that knows where each slot stands, so that a
/// slot's due time can be changed or removed without a search.
///
/// Twenty bytes a slot. Every change costs the logarithm of the number of slots that are in it.
struct DueHeap: Sendable {
  private struct Entry {
    var due: Int64
    var slot: Int32
  }

  private var entries: [Entry] = []
  /// Where each slot stands in `entries`; -1 for one that is not in it.
  private var positions: [Int32] = []

  /// How many slots are due some time.
  var count: Int { entries.count }

  /// The slot that is due first, and when; nil when none is.
  var first: (slot: Int32, due: Int64)? { entries.first.map { ($0.slot, $0.due) } }

  /// Whether the slot is due some time.
  func contains(_ slot: Int32) -> Bool {
    Int(slot) < positions.count && positions[Int(slot)] >= 0
  }

  /// The slot is due then, whatever was said of it before.
  mutating func set(_ slot: Int32, due: Int64) {
    while positions.count <= Int(slot) { positions.append(-1) }
    let position = Int(positions[Int(slot)])
    guard position >= 0 else {
      entries.append(Entry(due: due, slot: slot))
      rise(entries.count - 1)
      return
    }
    let before = entries[position].due
    entries[position].due = due
    if due < before { rise(position) } else { sink(position) }
  }

  /// The slot is not due any more.
  mutating func remove(_ slot: Int32) {
    guard contains(slot) else { return }
    let position = Int(positions[Int(slot)])
    positions[Int(slot)] = -1
    let last = entries.removeLast()
    guard position < entries.count else { return }
    let before = entries[position].due
    entries[position] = last
    if last.due < before { rise(position) } else { sink(position) }
  }

  /// Moves the entry up to where nothing above it is due later.
  private mutating func rise(_ start: Int) {
    var position = start
    let entry = entries[position]
    while position > 0 {
      let parent = (position - 1) / 2
      guard entry.due < entries[parent].due else { break }
      place(entries[parent], position)
      position = parent
    }
    place(entry, position)
  }

  /// Moves the entry down to where nothing below it is due earlier.
  private mutating func sink(_ start: Int) {
    var position = start
    let entry = entries[position]
    while let child = earlierChild(of: position), entries[child].due < entry.due {
      place(entries[child], position)
      position = child
    }
    place(entry, position)
  }

  private func earlierChild(of position: Int) -> Int? {
    let left = 2 * position + 1
    guard left < entries.count else { return nil }
    let right = left + 1
    return right < entries.count && entries[right].due < entries[left].due ? right : left
  }

  private mutating func place(_ entry: Entry, _ position: Int) {
    entries[position] = entry
    positions[Int(entry.slot)] = Int32(position)
  }
}
