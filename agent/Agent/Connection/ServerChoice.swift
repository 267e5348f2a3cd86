import Synchronization

/// Which of several addresses is used now.
final class ServerChoice: Sendable {
  private let servers: [String]
  private let index = Mutex(0)

  init(_ servers: [String]) {
    precondition(!servers.isEmpty, "a control plane without an address")
    self.servers = servers
  }

  var current: String { index.withLock { servers[$0] } }

  /// Goes on to the next address, unless somebody else did so already.
  func failed(_ server: String) {
    index.withLock { index in
      if servers[index] == server { index = (index + 1) % servers.count }
    }
  }
}
