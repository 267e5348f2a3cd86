import TestSupport

extension ChaosRun {
  /// Compares the ledger with what the schedules demanded since the beginning.
  mutating func check(_ when: String) async throws {
    let audit = try await eventually("an audit") { [cluster, report] in
      try? await cluster.api.json(
        "GET",
        "/quarterdeck/ledger/audit?project=\(Self.project)&begin=\(report.beganAt)")
    }
    report.take(audit)
    say("\(when): \(report.summary)")
  }

  /// Ends all schedules, waits until nothing runs, and audits the whole.
  mutating func finish() async throws {
    for index in workload.jobs.indices {
      workload.jobs[index].isEnabled = false
      try await importJob(index, through: cluster.api)
    }
    _ = try await eventually("everything has ended", within: 180) { [cluster] () -> Bool? in
      let running = try? await cluster.api.json(
        "GET", "/project/\(Self.project)/executions/running")
      return running?.paging.total.int == 0 ? true : nil
    }
    try await records.check(api: cluster.api, into: &report)
    // Instants younger than this are not expected to be settled by the audit.
    try await ContinuousClock().sleep(for: .seconds(11))
    try await check("at the end")
    for daemon in agents.values { await daemon.stop() }
    for daemon in members.values { await daemon.stop() }
  }
}
