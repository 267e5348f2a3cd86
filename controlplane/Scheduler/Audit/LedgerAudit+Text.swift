import Model

extension LedgerAudit {
  /// How many faults there are: gaps as instants, not as stretches.
  public var faults: Int {
    counts.gaps + unreadable.count
      + findings.reduce(0) { $0 + $1.unexpected.count + $1.duplicates.count }
  }

  /// What was found, for a person: a line for the period, one for the sums, one for each finding, and the verdict.
  public var text: String {
    var lines = [
      "from \(from.iso8601Milliseconds) to \(through.iso8601Milliseconds)",
      "jobs \(jobs), expected \(counts.expected), ran \(counts.ran), missed \(counts.missed), "
        + "skipped \(counts.skipped), open \(counts.open), gaps \(counts.gaps)",
    ]
    if let notKeptBefore {
      lines.append("not kept before \(notKeptBefore.iso8601Milliseconds)")
    }
    lines += findings.flatMap(\.lines)
    lines += unreadable.map { "unreadable \($0.job) version \($0.version): \($0.problem)" }
    lines.append(isClean ? "clean" : "findings \(faults)")
    return lines.joined(separator: "\n")
  }
}

extension JobAudit {
  fileprivate var lines: [String] {
    gaps.map { "gap \(job) \($0.first.iso8601) to \($0.last.iso8601), instants \($0.count)" }
      + unexpected.map { "unexpected \(job) \($0.iso8601Milliseconds)" }
      + duplicates.map { duplicate in
        let executions = duplicate.executions.map(\.description).joined(separator: ", ")
        return "duplicate \(job) \(duplicate.dueAt.iso8601), executions \(executions)"
      }
  }
}
