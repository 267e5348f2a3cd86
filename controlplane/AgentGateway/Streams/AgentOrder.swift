import Model

/// Something that an agent is told about one assignment, as of which epoch.
struct AgentOrder: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    case assign
    case kill
    /// Its execution has another owner since.
    case adopt
  }

  let assignment: AssignmentID
  let epoch: Epoch
  let kind: Kind
}
