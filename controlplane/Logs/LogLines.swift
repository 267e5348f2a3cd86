public import Spool

/// Counts log entries.
public enum LogLines {
  /// How many entries the payload of an output frame is: its newlines, and one more when something
  /// follows the last of them.
  public static func count(in payload: ArraySlice<UInt8>) -> Int64 {
    guard let last = payload.last else { return 0 }
    let newlines = payload.withUnsafeBufferPointer { bytes in
      var count = 0
      for byte in bytes { count &+= byte == UInt8(ascii: "\n") ? 1 : 0 }
      return count
    }
    return Int64(last == UInt8(ascii: "\n") ? newlines : newlines + 1)
  }
}

extension Frame {
  /// Whether readers of a log see something of this frame: what it prints, or a remark on it.
  public var isLogged: Bool { kind.isOutput || kind == .dropped }

  /// How many entries it is in a log.
  public var logLines: Int64 {
    if kind == .dropped { return 1 }
    return kind.isOutput ? LogLines.count(in: payload) : 0
  }

  /// What a reader sees in the place of a frame that prints nothing itself, without a newline; nil for
  /// all others.
  public var remark: [UInt8]? {
    guard kind == .dropped, let dropped = try? DroppedPayload(payload) else { return nil }
    let bytes = dropped.count == 1 ? "1 byte" : "\(dropped.count) bytes"
    return Array("[\(bytes) of output are missing here: the agent had no room to keep them]".utf8)
  }
}
