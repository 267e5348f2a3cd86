/// Finds the steps that rules name.
struct RuleSteps: Sendable {
  let count: Int
  private let labels: [String: [Int]]

  init(_ labels: [String?]) {
    count = labels.count
    var found: [String: [Int]] = [:]
    for (step, label) in labels.enumerated() {
      if let label { found[label, default: []].append(step) }
    }
    self.labels = found
  }

  /// The steps of a list such as `1,3-5,Deploy QA`; every step for `*` where that is allowed.
  func read(_ list: RuleText, allowsAll: Bool) throws(RulesetError) -> Set<Int> {
    var found: Set<Int> = []
    for item in list.split(at: ",") {
      found.formUnion(try read(item.trimmed, allowsAll))
    }
    return found
  }

  private func read(_ item: RuleText, _ allowsAll: Bool) throws(RulesetError) -> Set<Int> {
    let text = item.string
    if allowsAll, text == "*" { return Set(0..<count) }
    if let number = Int(text), number > 0 { return [try step(number, item)] }
    if let (first, last) = Self.range(text) {
      let (low, high) = (try step(first, item), try step(last, item))
      guard low <= high else {
        throw item.error("the range \(text) ends before it begins; write \(last)-\(first)")
      }
      return Set(low...high)
    }
    if let steps = labels[text] { return Set(steps) }
    throw item.error(
      text.isEmpty
        ? "a step is missing; \(allowed(allowsAll))"
        : "there is no step \"\(text)\"; \(allowed(allowsAll))")
  }

  private func allowed(_ allowsAll: Bool) -> String {
    "allowed are a step's number (1 to \(count)), a range such as 1-3, a step's label"
      + (allowsAll ? " and * for all steps" : "")
  }

  private func step(_ number: Int, _ item: RuleText) throws(RulesetError) -> Int {
    guard (1...max(1, count)).contains(number), count > 0 else {
      throw item.error("there is no step \(number); the workflow has \(count)")
    }
    return number - 1
  }

  private static func range(_ text: String) -> (Int, Int)? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false)
      .map { $0.filter { $0 != " " } }
    guard ends.count == 2, let first = Int(ends[0]), let last = Int(ends[1]), first > 0, last > 0
    else { return nil }
    return (first, last)
  }
}
