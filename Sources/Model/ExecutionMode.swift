/// Whether a member begins runs, in Rundeck's words (`executionMode` in the API).
public enum ExecutionMode: String, Sendable, Hashable, Codable, CaseIterable {
  /// Jobs and ad hoc commands can be run.
  case active
  /// No run begins; what runs goes on.
  case passive
}
