import Model

/// The words of a payload: the origin or `-`, then one word for each thing, a letter and what it is about. A
/// word that begins with another letter is a newer member's and is passed over.
enum ClusterPayload {
  /// PostgreSQL takes less than 8,000 bytes.
  static let longest = 7_400

  /// The notices in as few payloads as the limit allows. A thing whose name is too long for any goes as
  /// `schedulesChanged([])` or not at all.
  static func payloads(of notices: [ClusterNotice], from origin: MemberSession?) -> [String] {
    let start = origin?.name ?? "-"
    var payloads: [String] = []
    var payload = start
    for word in notices.flatMap(words) {
      if payload.utf8.count + 1 + word.utf8.count > longest {
        payloads.append(payload)
        payload = start
      }
      payload += " " + word
    }
    return payload == start ? payloads : payloads + [payload]
  }

  static func message(_ payload: String) -> ClusterMessage {
    let words = payload.split(separator: " ")
    let origin = words.first.flatMap { $0 == "-" ? nil : MemberSession(String($0)) }
    var notices: [ClusterNotice] = []
    for word in words.dropFirst() {
      guard let notice = notice(word) else { continue }
      if let last = notices.last, let joined = last.joined(with: notice) {
        notices[notices.count - 1] = joined
      } else {
        notices.append(notice)
      }
    }
    return ClusterMessage(origin: origin, notices: notices)
  }

  private static func words(_ notice: ClusterNotice) -> [String] {
    switch notice {
    case .schedulesChanged([]): ["s"]
    case .schedulesChanged(let jobs): named("s", jobs.map(\.text), else: "s")
    case .executionsHanded(let member): named("h", [member.text])
    case .agentWork(let agents): named("a", agents.map(\.text))
    case .pushed(let pushed): pushed.map { "p\($0.assignment).\($0.execution)" }
    case .reported(let executions): executions.map { "r\($0)" }
    case .abortRequested(let execution): ["x\(execution)"]
    case .membersChanged: ["m"]
    case .modeChanged(let member): named("o", [member.text])
    case .unknown: ["u"]
    }
  }

  private static func named(_ letter: String, _ names: [String], else many: String = "u")
    -> [String]
  {
    names.map { name in
      let word = letter + NoticeName.encode(name)
      return word.utf8.count < longest - 64 ? word : many
    }
  }

  private static func notice(_ word: Substring) -> ClusterNotice? {
    let rest = word.dropFirst()
    switch word.first {
    case "s" where rest.isEmpty: return .schedulesChanged([])
    case "s": return .schedulesChanged([JobID(NoticeName.decode(rest))])
    case "h": return .executionsHanded(to: MemberID(NoticeName.decode(rest)))
    case "a": return .agentWork([AgentID(NoticeName.decode(rest))])
    case "p":
      let numbers = rest.split(separator: ".").compactMap { Int64($0) }
      guard numbers.count == 2 else { return nil }
      return .pushed([PushedAssignment(AssignmentID(numbers[0]), ExecutionID(numbers[1]))])
    case "r": return Int64(rest).map { .reported([ExecutionID($0)]) }
    case "x": return Int64(rest).map { .abortRequested(ExecutionID($0)) }
    case "m": return .membersChanged
    case "o": return .modeChanged(MemberID(NoticeName.decode(rest)))
    case "u": return .unknown
    default: return nil
    }
  }
}

extension ClusterNotice {
  /// Both in one, when they are of a kind that has many.
  fileprivate func joined(with next: ClusterNotice) -> ClusterNotice? {
    switch (self, next) {
    case (.schedulesChanged(let first), .schedulesChanged(let second))
    where !first.isEmpty && !second.isEmpty:
      .schedulesChanged(first + second)
    case (.agentWork(let first), .agentWork(let second)): .agentWork(first + second)
    case (.pushed(let first), .pushed(let second)): .pushed(first + second)
    case (.reported(let first), .reported(let second)): .reported(first + second)
    default: nil
    }
  }
}

/// A name as one word: blanks, control characters and `%` as `%20`.
private enum NoticeName {
  static func encode(_ name: String) -> String {
    var bytes: [UInt8] = []
    for byte in name.utf8 {
      if byte > 0x20, byte != 0x7F, byte != UInt8(ascii: "%") {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  static func decode(_ word: Substring) -> String {
    let bytes = Array(word.utf8)
    var decoded: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
        let high = digits.firstIndex(of: bytes[index + 1]),
        let low = digits.firstIndex(of: bytes[index + 2])
      {
        decoded.append(UInt8(high << 4 | low))
        index += 3
      } else {
        decoded.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: decoded, as: UTF8.self)
  }

  private static let digits = Array("0123456789ABCDEF".utf8)
}
