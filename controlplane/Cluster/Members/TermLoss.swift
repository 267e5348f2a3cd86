public import Model

/// Why a renewal was refused, as the registration says. Decides, does nothing.
public enum TermLoss: Sendable, Hashable {
  /// The term was fenced, or its registration is gone: the member begins its next term.
  case ended
  /// The term was ended by its own member, which leaves.
  case left
  /// A newer process registered this UUID: this one must end, or the two would take it from each other for ever.
  case superseded

  /// The loss of `term` when the member's registration now has that incarnation (nil: there is none) and says or not
  /// that it left.
  public init(of term: Term, incarnation: Int64?, hasLeft: Bool) {
    guard let incarnation else {
      self = .ended
      return
    }
    self = incarnation > term.incarnation ? .superseded : hasLeft ? .left : .ended
  }
}
