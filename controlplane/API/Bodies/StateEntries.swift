import Logs
import Model
import Store

/// The changes of steps' states as entries of an output, in the order of their times.
struct StateEntries {
  /// One change: a step, or a step on a node, began or ended.
  struct Entry: Sendable, Hashable {
    let time: Instant
    let type: String
    let key: StepKey
    let state: StepState
  }

  let entries: [Entry]

  /// Of each step its begin comes before those of its nodes, and its end after theirs.
  init(_ rows: [StepStateRecord]) {
    var entries: [Entry] = []
    for (step, states) in Dictionary(grouping: rows, by: \.key.step) {
      let key = StepKey(step: step, node: "")
      let state = StepSummary.state(of: states.map(\.state))
      if let begin = states.compactMap(\.startedAt).min() {
        entries.append(Entry(time: begin, type: "stepbegin", key: key, state: .running))
      }
      if states.allSatisfy(\.state.isFinal), let end = states.compactMap(\.endedAt).max() {
        entries.append(Entry(time: end, type: "stepend", key: key, state: state))
      }
      for state in states where !state.key.node.isEmpty { entries += Self.ofNode(state) }
    }
    self.entries = entries.sorted { Self.order($0) < Self.order($1) }
  }

  private static func ofNode(_ state: StepStateRecord) -> [Entry] {
    let begin = state.startedAt.map {
      Entry(time: $0, type: "nodebegin", key: state.key, state: .running)
    }
    let end = state.endedAt.map {
      Entry(time: $0, type: "nodeend", key: state.key, state: state.state)
    }
    return [begin, end].compactMap { $0 }
  }

  private static func order(_ entry: Entry) -> (Instant, Int, String, String) {
    let types = ["stepbegin", "nodebegin", "nodeend", "stepend"]
    return (
      entry.time, types.firstIndex(of: entry.type) ?? 0, entry.key.step, entry.key.node
    )
  }

  /// The entries of a page with the changes between them. On pages that follow each other each change is there once,
  /// before the first line that is younger: those of a running execution that are younger than its last line wait for
  /// the next one.
  ///
  /// - Parameters:
  ///   - previous: the time of the line before the page; nil at the beginning.
  ///   - isWhole: whether no line is to come any more, or nobody waits for one.
  func merged(
    into page: OutputPage, after previous: Instant?, isWhole: Bool, _ body: OutputBody
  ) -> [JSON] {
    var changes = entries[...]
    if let previous { changes = changes.drop { $0.isBefore(lineAt: previous) } }
    var merged: [JSON] = []
    for line in page.entries {
      while let change = changes.first, change.isBefore(lineAt: line.time) {
        merged.append(change.json)
        changes = changes.dropFirst()
      }
      var json = body.json(line)
      json.add("type", "log")
      merged.append(json)
    }
    return isWhole ? merged + changes.map(\.json) : merged
  }
}

extension StateEntries.Entry {
  /// Of the same instant a begin stands before the line, an end behind it.
  fileprivate func isBefore(lineAt instant: Instant) -> Bool {
    time < instant || (time == instant && type.hasSuffix("begin"))
  }
}

extension StateEntries.Entry {
  var json: JSON {
    var body: JSON = [
      "time": .text(time.timeOfDay), "absolute_time": .text(time.iso8601), "log": "",
      "level": "NORMAL", "type": .text(type), "stepctx": .text(key.step),
    ]
    if !key.node.isEmpty { body.add("node", .text(key.node)) }
    body.add("metadata", ["stepctx": .text(key.step), "executionState": .text(state.rawValue)])
    return body
  }
}
