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
