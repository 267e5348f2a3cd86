import Database
import Model

extension Handover {
  /// Deals the member's unfinished executions round robin over the plan's terms, and raises their epochs
  /// and those of their open assignments.
  func deal(executions plan: HandoverPlan) async throws(StoreError) -> [HandedExecution] {
    let heirs = plan.executions
    if heirs.isEmpty, case .departure = kind { return [] }
    let found = try await scope.all(
      """
      SELECT id, job_id, project, epoch FROM execution
      WHERE status IN ('queued', 'scheduled', 'running') AND owner_member = $1
      ORDER BY id \(scope.dialect.forUpdate)
      """, [.text(from.member.text)]
    ) { row throws(StoreError) in try Found(row: row) }
    let handed = found.enumerated().map { place, execution in
      execution.handed(to: heirs.isEmpty ? by : heirs[place % heirs.count], end: heirs.isEmpty)
    }
    for part in handed.parts(of: ValueList.longest) { try await write(part, plan) }
    return handed
  }

  private struct Found {
    let id: ExecutionID
    let job: JobID?
    let project: String
    let epoch: Epoch

    init(row: Row) throws(StoreError) {
      id = ExecutionID(try row.int("id"))
      job = try row.optionalText("job_id").map(JobID.init)
      project = try row.text("project")
      epoch = Epoch(try row.int("epoch"))
    }

    func handed(to term: Term, end: Bool) -> HandedExecution {
      HandedExecution(
        owner: Ownership(execution: id, term: term, epoch: epoch.next), job: job,
        project: project, mustEnd: end)
    }
  }

  private func write(
    _ part: ArraySlice<HandedExecution>, _ plan: HandoverPlan
  ) async throws(StoreError) {
    let mustEnd = plan.executions.isEmpty
    var arguments = SQLArguments(mustEnd ? [.text(plan.endReason)] : [])
    let rows = arguments.rows(
      part.map { handed in
        [
          .integer(handed.owner.execution.number), .text(handed.owner.term.member.text),
          .integer(handed.owner.term.incarnation), .integer(handed.owner.epoch.number),
        ]
      })
    let executions = Statement(
      """
      WITH given (id, member, incarnation, epoch) AS (VALUES \(rows))
      UPDATE execution SET owner_member = given.member, owner_incarnation = given.incarnation,
        epoch = given.epoch\(mustEnd ? ", end_reason = $1" : "")
      FROM given WHERE execution.id = given.id
      """, arguments.values)
    try await scope.batch([executions] + raising(part.map(\.owner.execution)))
  }

  private func raising(_ executions: [ExecutionID]) -> [Statement] {
    var arguments = SQLArguments()
    let list = arguments.list(executions.padded.map { .integer($0.number) })
    let open = "state <> 'ended' AND execution_id IN \(list)"
    return [
      Statement(
        "SELECT 1 FROM assignment WHERE \(open) ORDER BY id \(scope.dialect.forUpdate)",
        arguments.values),
      Statement(
        """
        UPDATE assignment SET epoch = e.epoch FROM execution AS e
        WHERE e.id = assignment.execution_id AND assignment.state <> 'ended'
          AND assignment.execution_id IN \(list)
        """, arguments.values),
    ]
  }
}
