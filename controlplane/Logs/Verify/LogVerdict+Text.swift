import Cryptography
import Model

extension LogVerdict {
  /// One line for a complete log, else one for each fault; for people, without a line feed at the end.
  public var text: String {
    if isComplete { return "execution \(execution): complete, \(extent)" }
    return faults.map { "execution \(execution): \($0.text)" }.joined(separator: "\n")
  }

  private var extent: String {
    var parts = ["\(size) bytes", lines == 1 ? "1 line" : "\(lines) lines"]
    if let chain, isChained {
      parts.append("chain " + Hexadecimal.text(of: chain))
    } else if size > 0 {
      parts.append("without digests: only its lengths were checked")
    }
    if storedSize > 0 { parts.append("the first \(storedSize) bytes from the stored copy") }
    return parts.joined(separator: ", ")
  }
}

extension LogFault {
  /// All that is known of it, in one line; ranges are without their ends.
  public var text: String {
    var parts: [String] = []
    if let positions { parts.append("bytes \(Self.text(positions)) of the log") }
    if let lines { parts.append(lines == 1 ? "1 line" : "\(lines) lines") }
    if let spool { parts.append(spool) }
    if let step { parts.append("step \(step)") }
    if let node { parts.append("node \(node)") }
    if let after { parts.append("after \(after.iso8601Milliseconds)") }
    if let before { parts.append("before \(before.iso8601Milliseconds)") }
    return "\(kind.rawValue), \((parts + [detail]).joined(separator: ", "))"
  }

  private var spool: String? {
    guard let assignment else { return nil }
    guard let spoolOffsets else { return "assignment \(assignment)" }
    return "bytes \(Self.text(spoolOffsets)) of the spool of assignment \(assignment)"
  }

  private static func text(_ range: Range<Int64>) -> String {
    "\(range.lowerBound)..<\(range.upperBound)"
  }
}
