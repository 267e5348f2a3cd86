import Cluster
import Synchronization
import TestSupport

/// The true time of a simulated history, which nobody in it can read.
final class TrueTime: Sendable {
  private let count = Atomic<Int64>(0)

  var nanoseconds: Int64 {
    get { count.load(ordering: .relaxed) }
    set { count.store(newValue, ordering: .relaxed) }
  }

  var now: Duration {
    get { .nanoseconds(nanoseconds) }
    set { nanoseconds = newValue.nanoseconds }
  }

  /// A monotonic clock that runs `partsPerMillion` too fast (or, negative, too slowly) from `origin` on.
  func clock(partsPerMillion: Int64, origin: Duration) -> MonotonicTime {
    MonotonicTime(
      read: { [self] in
        let now = nanoseconds
        return origin + .nanoseconds(now + now / 1_000_000 * partsPerMillion)
      }, wait: { _ in })
  }
}

extension Duration {
  var nanoseconds: Int64 {
    components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
  }
}

/// What happens when: one queue of events over the true time, and one source of chance.
final class World {
  let time = TrueTime()
  var random: SeededGenerator
  /// What went against a promise.
  private(set) var violations: [String] = []
  /// Nothing goes wrong by chance any more.
  var isCalm = false
  /// The end of the story, told when it went wrong.
  private(set) var story: [String] = []
  private var events: [(at: Int64, order: Int, act: () -> Void)] = []
  private var count = 0

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  func after(_ delay: Duration, _ act: @escaping () -> Void) {
    count += 1
    events.append((time.nanoseconds + max(0, delay.nanoseconds), count, act))
    var index = events.count - 1
    while index > 0, isBefore(index, (index - 1) / 2) {
      events.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  /// Lets everything happen up to `end`.
  func run(until end: Duration) {
    let last = end.nanoseconds
    while let first = events.first, first.at <= last {
      takeFirst()
      time.nanoseconds = first.at
      first.act()
    }
    time.now = end
  }

  func tell(_ line: @autoclosure () -> String) {
    story.append("\(time.now) \(line())")
    if story.count > 400 { story.removeFirst(200) }
  }

  func violated(_ promise: String) {
    tell("VIOLATED \(promise)")
    violations.append("\(time.now) \(promise)")
  }

  private func isBefore(_ left: Int, _ right: Int) -> Bool {
    let (left, right) = (events[left], events[right])
    return left.at == right.at ? left.order < right.order : left.at < right.at
  }

  private func takeFirst() {
    events.swapAt(0, events.count - 1)
    events.removeLast()
    var index = 0
    while true {
      var least = index
      for child in [2 * index + 1, 2 * index + 2]
      where child < events.count && isBefore(child, least) { least = child }
      guard least != index else { return }
      events.swapAt(least, index)
      index = least
    }
  }
}
