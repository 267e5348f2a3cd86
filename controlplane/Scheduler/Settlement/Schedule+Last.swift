public import Model
public import Schedule

extension Schedule {
  /// The last instant in (after, through], or nil: looks back in strides that double until one holds an
  /// instant, then halves that stride, so that its cost does not grow with the number of instants.
  public func last(after: Instant, through: Instant) -> Instant? {
    var stride: Int64 = 1_000_000
    var end = through
    while after < end {
      let (back, isTooFar) = end.microseconds.subtractingReportingOverflow(stride)
      let start = isTooFar ? after : max(after, Instant(microseconds: back))
      if let found = next(after: start), found <= end { return last(from: found, through: end) }
      end = start
      stride = stride > 1 << 60 ? stride : stride * 2
    }
    return nil
  }

  /// The last instant in [known, through], where `known` is one. Instants are whole seconds, so a second
  /// without its beginning holds none.
  private func last(from known: Instant, through: Instant) -> Instant {
    var known = known
    var end = through
    while end.microseconds - known.microseconds >= 1_000_000 {
      let middle = Instant(
        microseconds: known.microseconds + (end.microseconds - known.microseconds) / 2)
      if let found = next(after: middle), found <= end {
        known = found
      } else {
        end = middle
      }
    }
    return known
  }
}
