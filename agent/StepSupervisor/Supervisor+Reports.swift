import CLinux
import Glibc
import Spool

/// What the supervisor says of the tree.
extension Supervisor {
  /// So many processes are named at most.
  private static let mostNamed = 256

  /// Says what came up since the last time.
  func report(_ appender: SpoolAppender) {
    noticeLeftOvers(appender)
    if isReportDue { reportUnconfirmed(appender) }
  }

  /// Who is still there although it was killed, whenever that are others than before.
  func reportUnconfirmed(_ appender: SpoolAppender) {
    isReportDue = false
    let living = Array(tree.living().prefix(Self.mostNamed))
    guard !living.isEmpty, living != reported else { return }
    let text = Self.list(living)
    if appender.appendIfRoom(Frame(.unconfirmed, time: Clock.wall, text: text)) {
      reported = living
    }
  }

  private func noticeLeftOvers(_ appender: SpoolAppender) {
    guard leftOvers > 0 else { return }
    let count = leftOvers
    leftOvers = 0
    let noun = "left-over process\(Self.plural(count))"
    notice("\(count) \(noun) of the step had to be ended", appender)
  }

  /// Who is left alone.
  func noticeLeft(_ appender: SpoolAppender) {
    let living = tree.living()
    guard !living.isEmpty else { return }
    let named = Self.list(living.prefix(Self.mostNamed))
    notice("left running: \(living.count) process\(Self.plural(living.count)) \(named)", appender)
  }

  private static func plural(_ count: Int) -> String { count == 1 ? "" : "es" }

  private static func list(_ processes: some Sequence<pid_t>) -> String {
    var text = ""
    for process in processes { text += text.isEmpty ? "\(process)" : " \(process)" }
    return text
  }
}
