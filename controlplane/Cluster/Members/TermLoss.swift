public import Model

/// Why a renewal was refused, as the registration says. Decides, does nothing.
public enum TermLoss: Sendable, Hashable {
  /// The term was fenced, or has left, or its registration is gone: the member begins its next term.
  case ended
  /// A newer process registered this UUID: this one must end, or the two would take it from each other for ever.
  case superseded

  /// The loss of `term` when the member's registration now has that incarnation (nil: there is none).
  public init(of term: Term, incarnation: Int64?) {
    guard let incarnation, incarnation > term.incarnation else {
      self = .ended
      return
    }
    self = .superseded
  }
}
