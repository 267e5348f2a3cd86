import Model

/// What an execution begins its steps with.
struct StepTools: Sendable {
  let language: RunLanguage
  let server: ServerNode
  /// By the database's clock: what is left of a job's time is counted from it.
  let now: Instant
  /// For people.
  let stamp: Instant
}
