import Glibc
import NIOCore

/// Lets the kernel end a connection whose other end is gone without a word: a host that lost power, a firewall that
/// forgot. Without it such a connection would keep its descriptor for a quarter of an hour, or for ever when nothing is
/// sent on it.
///
/// A connection that is silent is asked whether it is there; one that does not answer, or that takes nothing of what was
/// sent to it, ends after `time`.
struct SilentPeers: Sendable {
  let time: Duration

  /// A handler that says so to its connection's socket.
  func handler() -> any RemovableChannelHandler { Handler(options: options) }

  private typealias Option = (level: CInt, name: CInt, value: CInt)

  /// Asked for the first time after half of it, and then six times.
  private var options: [Option] {
    let seconds = max(1, time.components.seconds)
    let tcp = CInt(IPPROTO_TCP)
    return [
      (SOL_SOCKET, SO_KEEPALIVE, 1), (tcp, TCP_KEEPIDLE, CInt(max(1, seconds / 2))),
      (tcp, TCP_KEEPINTVL, CInt(max(1, seconds / 12))), (tcp, TCP_KEEPCNT, 6),
      (tcp, TCP_USER_TIMEOUT, CInt(seconds * 1_000)),
    ]
  }

  private final class Handler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any

    private let options: [Option]

    init(options: [Option]) { self.options = options }

    func handlerAdded(context: ChannelHandlerContext) {
      for option in options {
        // A socket that cannot be asked goes on without it.
        _ = context.channel.setOption(
          ChannelOptions.socket(
            SocketOptionLevel(option.level), SocketOptionName(option.name)),
          value: Int(option.value))
      }
    }
  }
}
