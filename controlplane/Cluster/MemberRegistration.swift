public import Store

/// Begins a term for this member: its registration in the store, one incarnation after the last.
public struct MemberRegistration: Sendable {
  private let store: Store

  public init(store: Store) { self.store = store }

  /// Registers the member and returns what is stored of it, its new term included.
  ///
  /// Two processes that register one UUID at the same time get different incarnations; the older one
  /// finds its term ended at its next heartbeat.
  public func register(_ facts: MemberFacts) async throws(StoreError) -> MemberRecord {
    while true {
      let known = try await store.ask.members.find(facts.id)?.incarnation
      if let record = try await store.ask.members.register(facts, after: known) { return record }
    }
  }
}
