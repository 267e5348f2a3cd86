/// A stream and its writing end.
struct Signals<Element: Sendable>: Sendable {
  let stream: AsyncStream<Element>
  private let continuation: AsyncStream<Element>.Continuation

  init(_ policy: AsyncStream<Element>.Continuation.BufferingPolicy) {
    (stream, continuation) = AsyncStream.makeStream(of: Element.self, bufferingPolicy: policy)
  }

  /// Gives the reader `element`.
  func send(_ element: Element) { continuation.yield(element) }

  /// Ends the stream.
  func finish() { continuation.finish() }
}

extension Signals<Void> {
  /// Wakes the reader.
  func send() { send(()) }
}
