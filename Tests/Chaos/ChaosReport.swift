import TestSupport

/// What came of a run of faults.
public struct ChaosReport: Sendable {
  public let seed: UInt64
  /// When the first schedule was made, by the database's time.
  var beganAt = ""
  public private(set) var rounds = 0
  public private(set) var faults: [String: Int] = [:]
  public internal(set) var edits = 0
  /// How many executions ended in which status.
  public private(set) var statuses: [String: Int] = [:]
  /// What the last audit counted, by name: `expected`, `ran`, `missed`, `skipped`, `gaps`, `duplicates`.
  public private(set) var ledger: [String: Int] = [:]
  /// What must not be. Empty for a run that passed.
  public private(set) var failures: [String] = []
  /// Executions that did not succeed, by number.
  public private(set) var unusual: [Int: String] = [:]
  var longRuns: [Int] = []

  init(seed: UInt64) { self.seed = seed }

  mutating func count(_ fault: Fault) {
    rounds += 1
    faults[fault.kind, default: 0] += 1
  }

  mutating func count(status: String) { statuses[status, default: 0] += 1 }

  mutating func unusual(_ execution: Int, _ status: String) { unusual[execution] = status }

  mutating func fail(_ what: String) { failures.append(what) }

  /// Takes in an audit: gaps, duplicates and rows that nothing demanded are failures.
  mutating func take(_ audit: JSONDocument) {
    for name in ["expected", "ran", "missed", "skipped", "open"] { ledger[name] = audit[name].int }
    for name in ["gaps", "duplicates", "unexpected"] {
      ledger[name] = audit[name].items.count
      for item in audit[name].items.prefix(20) { fail("\(name): \(item)") }
    }
  }

  var summary: String {
    let counted = ["expected", "ran", "missed", "skipped", "gaps", "duplicates"]
      .map { "\($0) \(ledger[$0] ?? 0)" }
    return counted.joined(separator: ", ") + ", failures \(failures.count)"
  }

  /// The report as a page of the documentation.
  public var markdown: String {
    func table(_ title: String, _ rows: [String: Int]) -> String {
      "| \(title) | |\n|---|---|\n"
        + rows.sorted { $0.key < $1.key }.map { "| \($0.key) | \($0.value) |\n" }.joined()
    }
    return """
      Seed `\(seed)`, \(rounds) rounds, \(edits) edits of jobs, \(longRuns.count) runs on demand.

      \(table("fault", faults))
      \(table("due instants", ledger))
      \(table("executions ended as", statuses))
      \(failures.isEmpty ? "No failure." : failures.map { "- \($0)\n" }.joined())
      """
  }
}
