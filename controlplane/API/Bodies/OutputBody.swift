import Logs
import Model
import Store

/// A part of a log as far as an answer shows it; a whole text that is streamed has no entries here.
struct OutputPage: Sendable {
  var entries: [LogEntry]
  let nextPosition: Int64
  let size: Int64
  let lastModified: Instant?

  var isComplete: Bool { nextPosition >= size }
}

extension OutputPage {
  init(_ page: LogPage) {
    self.init(
      entries: page.entries, nextPosition: page.nextPosition, size: page.size,
      lastModified: page.lastModified)
  }

  /// What the answer with a whole text says: read up to the log's end as it is now.
  init(wholeOf extent: LogExtent, from offset: Int64) {
    self.init(
      entries: [], nextPosition: max(extent.size, offset), size: extent.size,
      lastModified: extent.lastModified)
  }

  /// Each line as it was printed, ended by a newline; a line that was cut for its length in one piece.
  var plainText: [UInt8] { entries.plainText }
}

extension [LogEntry] {
  /// Each line as it was printed, ended by a newline; a line that was cut for its length in one piece.
  var plainText: [UInt8] {
    flatMap { $0.continues ? $0.bytes : $0.bytes + [UInt8(ascii: "\n")] }
  }
}

/// A part of an execution's output, with where to read on.
struct OutputBody {
  let execution: ExecutionRecord
  let page: OutputPage
  let selection: LogSelection
  /// Entries show only what differs from the one before.
  var isCompacted: Bool
  /// Nothing is new since the time that the request named.
  let isUnmodified: Bool
  /// The execution has ended, and steps failed on nodes.
  let hasFailedNodes: Bool
  /// Who answers.
  let member: MemberID
  let now: Instant
  /// Whom steps run as, and where.
  let hosts: StepHosts
  /// Whether entries have `metadata`.
  let showsStreams: Bool

  /// What stands for the entries instead of the page's lines alone.
  var mixed: [JSON]?

  /// Everything that is there now has been read.
  var isCompleted: Bool { page.isComplete && execution.status.isFinal }

  /// Another member than the one that answers carries the execution, or did.
  private var isElsewhere: Bool { execution.carrier.map { $0 != member } ?? false }

  /// In milliseconds.
  var duration: Int64 {
    let start = execution.startedAt ?? execution.createdAt
    return max((execution.endedAt ?? now).milliseconds - start.milliseconds, 0)
  }

  var lastModified: Int64 { page.lastModified?.milliseconds ?? 0 }

  /// Rundeck's word for the execution's state.
  var state: String { execution.status.rawValue }

  func json() -> JSON {
    var body: JSON = [
      "id": .text("\(execution.id)"), "offset": .text(String(page.nextPosition)),
      "completed": .boolean(isCompleted), "execCompleted": .boolean(execution.status.isFinal),
      "hasFailedNodes": .boolean(hasFailedNodes), "execState": .text(state),
      "lastModified": .text(String(lastModified)), "execDuration": .integer(duration),
      "percentLoaded": .real(percent), "totalSize": .integer(page.size),
      // Any member has all of the log at once, so nobody needs to wait for it.
      "retryBackoff": 0, "clusterExec": .boolean(isElsewhere),
    ]
    if isUnmodified { body.add("unmodified", true) }
    if page.size == 0 {
      body.add("empty", true)
      body.add("message", "No output")
    }
    if selection != .all {
      var filter: JSON = [:]
      filter.add("nodename", selection.node.map { .text($0) })
      filter.add("stepctx", selection.step.map { .text($0) })
      body.add("filter", filter)
    }
    let entries = mixed ?? page.entries.map(json)
    if isCompacted {
      body.add("compacted", "true")
      body.add("compactedAttr", "log")
    }
    body.add("entries", .array(isCompacted ? Self.compact(entries) : entries))
    return body
  }

  /// An entry as this answer shows it.
  func json(_ entry: LogEntry) -> JSON { entry.json(hosts, showsStream: showsStreams) }

  /// Each entry but the first as what differs from the one before: nothing is an empty object, another
  /// text alone is that text, and a member that is gone is null.
  static func compact(_ entries: [JSON]) -> [JSON] {
    entries.indices.map { index in
      guard index > 0 else { return entries[index] }
      let changes = changes(from: entries[index - 1], to: entries[index])
      if changes.count == 1, changes[0].key == "log" { return changes[0].value }
      return .object(changes)
    }
  }

  private static func changes(from old: JSON, to new: JSON) -> [JSON.Member] {
    let kept = (new.members ?? []).filter { old[$0.key] != $0.value }
    let gone = (old.members ?? []).filter { new[$0.key] == nil }
    return kept + gone.map { JSON.Member(key: $0.key, value: .null) }
  }

  private var percent: Double {
    page.size == 0 ? 100 : Double(page.nextPosition) * 100 / Double(page.size)
  }
}

extension LogEntry {
  /// The entry as all answers show it; `metadata` holds the stream of what a step printed.
  func json(_ hosts: StepHosts, showsStream: Bool) -> JSON {
    var body: JSON = [
      "time": .text(time.timeOfDay), "absolute_time": .text(time.iso8601),
      "log": .text(text), "level": .text(level.rawValue),
    ]
    if let node {
      body.add("user", hosts.users[node].map { .text($0) })
      body.add("stepctx", .optional(step))
      body.add("node", .text(node.isEmpty ? hosts.server ?? "" : node))
    }
    if showsStream { body.add("metadata", source.stream.map { ["stream": .text($0)] }) }
    return body
  }
}

extension LogOrigin {
  /// The name of a step's stream; nil for what no step printed.
  fileprivate var stream: String? {
    switch self {
    case .standardOutput: "stdout"
    case .standardError: "stderr"
    case .supervisor, .server: nil
    }
  }
}

/// Whom an execution's steps run as, and where those run that have no node.
struct StepHosts: Sendable {
  /// By node.
  var users: [String: String] = [:]
  var server: String?
}
