import Glibc
import Synchronization

/// A TCP server on an ephemeral port of the loopback: each connection gets a thread that plays a script.
final class ScriptedServer: Sendable {
  typealias Script = @Sendable (ServerConnection) -> Void

  let port: Int
  private let listener: BoundSocket
  private let accepted = Mutex(0)

  init(_ script: @escaping Script) {
    listener = BoundSocket()
    port = listener.port
    precondition(listen(listener.descriptor, 64) == 0)
    serve(script)
  }

  deinit { stop() }

  /// How many connections there were so far.
  var connectionCount: Int { accepted.withLock { $0 } }

  func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

  private func stop() { _ = shutdown(listener.descriptor, Int32(SHUT_RDWR)) }

  private func serve(_ script: @escaping Script) {
    let listener = self.listener
    startThread { [weak self] in
      while true {
        let descriptor = accept(listener.descriptor, nil, nil)
        guard descriptor >= 0 else { break }
        self?.accepted.withLock { $0 += 1 }
        startThread { script(ServerConnection(descriptor)) }
      }
    }
  }
}

/// A port of the loopback that is taken. Unless somebody listens on it, it refuses.
///
/// Closed when nobody holds it any more: not before, since its number may be another file's then.
final class BoundSocket: Sendable {
  let descriptor: Int32
  let port: Int

  init() { (descriptor, port) = bindLoopback() }

  deinit { close(descriptor) }
}

private func bindLoopback() -> (descriptor: Int32, port: Int) {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
      precondition(bind(descriptor, generic, length) == 0)
      getsockname(descriptor, generic, &length)
    }
  }
  return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
}

private final class Body {
  let run: () -> Void
  init(_ run: @escaping () -> Void) { self.run = run }
}

func startThread(_ body: @escaping @Sendable () -> Void) {
  var thread = pthread_t()
  let box = Unmanaged.passRetained(Body(body))
  pthread_create(
    &thread, nil,
    { argument in
      Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
      return nil
    }, box.toOpaque())
  pthread_detach(thread)
}
