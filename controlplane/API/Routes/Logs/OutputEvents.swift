import Logs
import Model
import Store

/// Writes what a follower sees as server-sent events (HTML Living Standard, section 9.2).
struct OutputEvents {
  /// The last event's identifier when there is nothing to come back for.
  static let endID = "end"
  /// What a stream begins with: how long a browser waits before it comes back, in milliseconds.
  static let preamble = Array("retry: 1000\n\n".utf8)

  private let heartbeat: Duration
  /// How long the silence may be noticed late.
  private let poll: Duration
  private let showsStreams: Bool
  private var hosts = StepHosts()
  private var lastWrite = ContinuousClock.now

  init(_ timing: FollowTiming, showsStreams: Bool) {
    self.showsStreams = showsStreams
    heartbeat = timing.heartbeat
    poll = timing.poll
  }

  /// The part as text; empty when there is nothing to say.
  mutating func bytes(of part: OutputFollower.Part, at now: ContinuousClock.Instant) -> [UInt8] {
    var text: [UInt8] = []
    switch part {
    case .state(let record, let hasFailedNodes):
      hosts = API.hosts(record)
      Self.write("state", data: Self.state(record, hasFailedNodes), to: &text)
    case .entries(let entries):
      for entry in entries {
        Self.write(
          "entry", id: String(entry.nextPosition),
          data: entry.json(hosts, showsStream: showsStreams),
          to: &text)
      }
    case .end(let record, let hasFailedNodes, let offset):
      var data = Self.state(record, hasFailedNodes)
      data.add("offset", .text(String(offset)))
      Self.write("end", id: Self.endID, data: data, to: &text)
    case .silence:
      if now + min(poll, heartbeat) - lastWrite > heartbeat { text = Array(": silence\n\n".utf8) }
    }
    if !text.isEmpty { lastWrite = now }
    return text
  }

  private static func state(_ record: ExecutionRecord, _ hasFailedNodes: Bool) -> JSON {
    [
      "id": .text("\(record.id)"), "execState": .text(record.status.rawValue),
      "execCompleted": .boolean(record.status.isFinal),
      "hasFailedNodes": .boolean(hasFailedNodes),
    ]
  }

  private static func write(
    _ event: String, id: String? = nil, data: JSON, to text: inout [UInt8]
  ) {
    text += "event: \(event)\n".utf8
    if let id { text += "id: \(id)\n".utf8 }
    text += "data: ".utf8
    data.write(to: &text)
    text += "\n\n".utf8
  }
}
