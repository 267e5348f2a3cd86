import Retention
import Store

extension ControlPlane {
  /// How executions leave the record of this member.
  func removal(_ store: Store, _ logs: any StoredLogRemoval) -> ExecutionRemoval {
    ExecutionRemoval(store: store, logs: logs)
  }

  func historyCleanup(_ member: StartedMember, _ removal: ExecutionRemoval) throws -> HistoryCleanup
  {
    HistoryCleanup(
      store: member.store, removal: removal, terms: member.terms, time: member.time,
      defaults: try RetentionKeys.policy(configuration), timeZone: member.settings.timeZone,
      clock: member.monotonic, logger: logger)
  }
}
