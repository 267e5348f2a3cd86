public import Model

/// Rundeck's log file format, `text/x-rundeck-log-v2.0`.
///
/// A file is a first line, entries, and a last line. An entry is
/// `^TIME|TYPE|LEVEL|{KEY=VALUE|KEY=VALUE}|MESSAGE^` and a newline; TIME is ISO 8601 in seconds, an empty TYPE is
/// `log`, an empty LEVEL is `NORMAL`, the braces are left out when there is nothing between them. A backslash stands
/// before each backslash, each `^` of a message, and each `=`, `|` and `}` of a key or value; before anything else it
/// stands for itself. A message may have several lines; none of them can begin with a bare `^`. Bytes of messages
/// are kept as they are, whether they are UTF-8 or not.
public enum RundeckLog {
  /// The first line, with its newline.
  public static let head: [UInt8] = Array("^text/x-rundeck-log-v2.0^\n".utf8)
  /// The last line, with its newline. A file without it is not finished.
  public static let tail: [UInt8] = Array("^END^\n".utf8)
  /// How files of this format are called.
  public static let fileType = "rdlog"

  static let delimiter = UInt8(ascii: "^")
  static let backslash = UInt8(ascii: "\\")
  static let newline = UInt8(ascii: "\n")
}

/// One entry of a file in Rundeck's log format.
public struct RundeckLogEntry: Sendable, Hashable {
  /// When it was logged; the format keeps whole seconds.
  public var time: Instant
  /// What kind of entry it is; `log` for a line of output, others (`stepbegin`, `nodeend`, …) are marks of Rundeck's.
  public var type: String
  /// `NORMAL`, `ERROR`, `WARN`, `VERBOSE`, `DEBUG` or another word.
  public var level: String
  /// What is known about where it comes from: `node`, `step`, `stepctx`, `user`, …
  public var metadata: [String: String]
  /// The message without the newline that ends an entry.
  public var message: [UInt8]

  public init(
    time: Instant, type: String = "log", level: String = "NORMAL",
    metadata: [String: String] = [:], message: [UInt8]
  ) {
    self.time = time
    self.type = type
    self.level = level
    self.metadata = metadata
    self.message = message
  }

  /// Whether it is output, and not a mark of Rundeck's own.
  public var isOutput: Bool { type == "log" }
}

/// Why bytes are no file in Rundeck's log format.
public enum RundeckLogError: Error, Sendable, Hashable {
  /// The first line is another one.
  case notARundeckLog
  /// What begins at this byte of the file is no entry.
  case badEntry(offset: Int64, reason: String)
  /// The entry that begins at this byte is longer than an entry may be here.
  case entryTooLong(offset: Int64, limit: Int)
}
