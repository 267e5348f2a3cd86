import Logging
import Wire

/// Brings what the spools say to the control plane: one report after the other, each until it is answered. A spool is
/// in one report at a time, so several shippers may work side by side.
struct SpoolShipper: Sendable {
  let host: StepHost
  let link: any ControlPlaneLink
  let chance: @Sendable () -> Double
  let logger: Logger

  /// Ships until the host stops or the task is cancelled.
  func run() async {
    while !Task.isCancelled, let report = await host.nextReport() {
      await ship(report)
    }
  }

  private func ship(_ report: OutgoingReport) async {
    var backoff = Backoff(first: .milliseconds(50), longest: .seconds(5))
    var isNews = true
    while !Task.isCancelled {
      do {
        let answer = try ReportAnswer(bytes: try await link.report(report.body))
        if await host.settle(report, answer) { return }
        logger.warning("the control plane took nothing of a report")
        try? await Task.sleep(for: backoff.next(chance: chance()))
        return
      } catch {
        log(error, isNews: isNews)
        isNews = false
        try? await Task.sleep(for: backoff.next(chance: chance()))
      }
    }
    await host.giveBack(report)
  }

  /// That nobody can be reached is the session's news; that a report is refused is
  /// worth one warning here.
  private func log(_ error: any Error, isNews: Bool) {
    var level: Logger.Level = isNews ? .warning : .debug
    if case AgentError.unreachable = error { level = .debug }
    logger.log(
      level: level, "a report was not taken; trying again", metadata: ["error": "\(error)"])
  }
}
