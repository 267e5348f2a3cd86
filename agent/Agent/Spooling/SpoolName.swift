import Model

/// Names of files in the spool directory: `ASSIGNMENT.spool`, `ASSIGNMENT.script[.EXTENSION]`, `ASSIGNMENT.file.NUMBER`.
enum SpoolName {
  static func file(of assignment: AssignmentID) -> String { "\(assignment.number).spool" }

  /// The assignment of a file's name, or nil for other files.
  static func assignment(of file: String) -> AssignmentID? {
    guard file.hasSuffix(".spool") else { return nil }
    return Int64(file.dropLast(6)).map(AssignmentID.init)
  }

  /// The assignment's file of that number among those that it is given.
  static func given(_ number: Int, to assignment: AssignmentID) -> String {
    "\(assignment.number).file.\(number)"
  }

  /// The assignment whose script, or whose given file, a file is, or nil for other files.
  static func assignment(ofScript file: String) -> AssignmentID? {
    let parts = file.split(separator: ".", maxSplits: 2)
    guard parts.count >= 2, parts[1] == "script" || parts[1] == "file" else { return nil }
    return Int64(parts[0]).map(AssignmentID.init)
  }
}

/// The payload of the agent's `accepted` frame: boot id, execution, epoch, and up to where the spool gave its disk
/// blocks back, with a newline between them. The last one has 20 digits and is written anew in its place; an earlier
/// version's payload is without it.
struct AcceptedPayload: Sendable, Hashable {
  var bootID: String
  var execution: ExecutionID
  var epoch: Epoch
  /// Nil in an earlier version's payload.
  var kept: Int64?

  init(bootID: String, execution: ExecutionID, epoch: Epoch) {
    self.bootID = bootID
    self.execution = execution
    self.epoch = epoch
    kept = 0
  }

  init?(_ payload: ArraySlice<UInt8>) {
    let parts = String(decoding: payload, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    guard parts.count >= 3, let execution = Int64(parts[1]), let epoch = Int64(parts[2]) else {
      return nil
    }
    bootID = String(parts[0])
    self.execution = ExecutionID(execution)
    self.epoch = Epoch(epoch)
    if parts.count >= 4, parts[3].utf8.count == Self.keptDigits { kept = Int64(parts[3]) }
  }

  var text: String {
    let first = "\(bootID)\n\(execution.number)\n\(epoch.number)"
    return kept.map { first + "\n" + Self.digits($0) } ?? first
  }

  static let keptDigits = 20

  /// A number with leading zeros.
  static func digits(_ number: Int64) -> String {
    let text = String(number)
    return String(repeating: "0", count: keptDigits - text.utf8.count) + text
  }
}
