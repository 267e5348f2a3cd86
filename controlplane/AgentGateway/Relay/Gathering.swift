import Synchronization

/// Collects what one loop is to look at: anybody adds, the loop takes everything at once. What comes while
/// it works waits for its next round, so that bursts are joined without waiting for them.
final class Gathering<Element: Hashable & Sendable>: Sendable {
  private let waiting = Mutex<Set<Element>>([])
  private let wake: AsyncStream<Void>.Continuation
  /// An element after something was added; several additions may give one element.
  let arrivals: AsyncStream<Void>

  init() { (arrivals, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

  func add(_ elements: some Collection<Element>) {
    guard !elements.isEmpty else { return }
    waiting.withLock { $0.formUnion(elements) }
    wake.yield()
  }

  func takeAll() -> Set<Element> {
    waiting.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
  }
}
