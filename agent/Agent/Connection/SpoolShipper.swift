import Logging
import Wire

/// Brings what the spools say to the control plane: one report after the other, each until it is answered. A spool is
/// in one report at a time, so several shippers may work side by side.
struct SpoolShipper: Sendable {
  let host: StepHost
  let link: any ControlPlaneLink
  let chance: @Sendable () -> Double
  let logger: Logger

  /// How a shipper gets on: how long it waits after a report that was not taken, and whether that is news.
  private struct Pace {
    var backoff = Backoff(first: .milliseconds(50), longest: .seconds(5))
    var isNews = true
  }

  /// Ships until the host stops or the task is cancelled. After a report that was not taken the next attempt waits, ever
  /// longer, whether it is the same report or another.
  func run() async {
    var pace = Pace()
    while !Task.isCancelled, let report = await host.nextReport() {
      await ship(report, &pace)
    }
  }

  private func ship(_ report: OutgoingReport, _ pace: inout Pace) async {
    while !Task.isCancelled {
      do {
        let answer = try ReportAnswer(bytes: try await link.report(report.body))
        if await host.settle(report, answer) {
          pace = Pace()
        } else {
          await pause(&pace, because: "its answer has no offset that is new")
        }
        return
      } catch AgentError.unreachable(let why) {
        // That nobody can be reached is the session's news.
        pace.isNews = false
        await pause(&pace, because: why)
      } catch {
        await pause(&pace, because: "\(error)")
      }
    }
    await host.giveBack(report)
  }

  private func pause(_ pace: inout Pace, because reason: String) async {
    logger.log(
      level: pace.isNews ? .warning : .debug, "a report was not taken; trying again",
      metadata: ["reason": "\(reason)"])
    pace.isNews = false
    try? await Task.sleep(for: pace.backoff.next(chance: chance()))
  }
}
