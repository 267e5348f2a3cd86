/// What a member's own steps work with. Composition gives it.
public struct MemberTools: Sendable {
  public init() {}
}
