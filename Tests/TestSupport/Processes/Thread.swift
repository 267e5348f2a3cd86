import Glibc

/// A detached thread for one blocking call.
public struct Thread {
  private let body: @Sendable () -> Void

  public init(_ body: @escaping @Sendable () -> Void) { self.body = body }

  public func start() {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(body))
    pthread_create(
      &thread, nil,
      { argument in
        Unmanaged<Box>.fromOpaque(argument!).takeRetainedValue().body()
        return nil
      }, box.toOpaque())
    pthread_detach(thread)
  }

  private final class Box {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}
