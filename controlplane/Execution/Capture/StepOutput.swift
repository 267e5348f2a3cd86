public import Model

/// Where what a step printed is read from, once its end is stored. Composition gives it: the logs are another
/// room.
public struct StepOutput: Sendable {
  /// A part of the standard output of one step on one node.
  public struct Page: Sendable {
    /// Whole lines without their ends; bytes that are no UTF-8 are replaced.
    public var lines: [String]
    /// Where to read on; nil at the end.
    public var next: Int64?

    public init(lines: [String], next: Int64?) {
      self.lines = lines
      self.next = next
    }
  }

  /// Why nothing was read.
  public enum Failure: Error, Sendable, Hashable {
    /// The store is away: the same question may be answered later.
    case unavailable(String)
    /// It cannot be read however often it is tried.
    case unreadable(String)
  }

  /// The lines from a position on, 0 first.
  let page:
    @Sendable (_ execution: ExecutionID, _ key: StepKey, _ from: Int64)
      async throws(Failure) -> Page

  public init(
    page:
      @escaping @Sendable (_ execution: ExecutionID, _ key: StepKey, _ from: Int64)
      async throws(Failure) -> Page
  ) {
    self.page = page
  }

  /// For control planes and tests that keep no output.
  public static let none = StepOutput { _, _, _ in Page(lines: [], next: nil) }
}
