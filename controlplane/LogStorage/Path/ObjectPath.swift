import Model
public import Store

/// The template of objects' names, as Rundeck's storage plugins have it: text with `${job.execid}` and other values.
///
/// It must hold `${job.execid}` or end with a slash, behind which the execution's number is put. Slashes at the start
/// and doubled ones (where a value is empty) are left out; `.rdlog` is put behind.
public struct ObjectPath: Sendable, Hashable {
  /// What may be between the braces.
  public enum Value: String, Sendable, Hashable, CaseIterable {
    case execution = "job.execid"
    case project = "job.project"
    case job = "job.id"
    case group = "job.group"
    case name = "job.name"
    /// The job's name, as the S3 plugin calls it.
    case path = "job.path"
    case user = "job.username"
    case fileType = "job.filetype"
  }

  /// Why a text is no template.
  public struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
  }

  enum Part: Sendable, Hashable {
    case text(String)
    case value(Value)
  }

  /// Where Rundeck's S3 plugin puts logs when nothing is configured, as its documentation says.
  public static let documentedDefault = "rundeck/project/${job.project}/logs/${job.execid}"

  let parts: [Part]

  /// Throws `Problem` when a value is unknown or not closed, or when all logs would have one name.
  public init(_ template: String) throws(Problem) {
    var parts: [Part] = []
    var rest = template[...]
    while let start = rest.range(of: "${") {
      parts.append(.text(String(rest[..<start.lowerBound])))
      guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
        throw Problem(description: "the ${ in \"\(template)\" is not closed")
      }
      let name = String(rest[start.upperBound..<end])
      guard let value = Value(rawValue: name) else {
        let known = Value.allCases.map { "${\($0.rawValue)}" }.joined(separator: ", ")
        throw Problem(description: "\"\(template)\" has ${\(name)}; known are \(known)")
      }
      parts.append(.value(value))
      rest = rest[rest.index(after: end)...]
    }
    parts.append(.text(String(rest)))
    if template.hasSuffix("/") && !parts.contains(.value(.execution)) {
      parts.append(.value(.execution))
    }
    guard parts.contains(.value(.execution)) else {
      throw Problem(description: "\"\(template)\" neither has ${job.execid} nor ends with a slash")
    }
    guard !template.hasSuffix("/") || parts.last == .value(.execution) else {
      throw Problem(description: "\"\(template)\" ends with a slash behind ${job.execid}")
    }
    self.parts = parts
  }

  /// The object's name for an execution.
  ///
  /// - Parameter copy: 0 for the first copy that was verified; later ones, of logs that grew after it, have a name of
  ///   their own.
  public func name(
    for candidate: LogStorageCandidate, copy: Int64 = 0, isCompressed: Bool = false
  ) -> String {
    let joined = parts.map { text(of: $0, candidate) }.joined()
    let path = joined.split(separator: "/").map(Self.component).joined(separator: "/")
    let number = copy == 0 ? "" : ".\(copy + 1)"
    return "\(path)\(number).\(RundeckLog.fileType)\(isCompressed ? ".zst" : "")"
  }

  private func text(of part: Part, _ candidate: LogStorageCandidate) -> String {
    switch part {
    case .text(let text): text
    case .value(.execution): "\(candidate.execution.number)"
    case .value(.project): Self.word(candidate.project)
    case .value(.job): Self.word(candidate.job ?? "")
    // A group's slashes are its levels.
    case .value(.group):
      (candidate.jobGroup ?? "").split(separator: "/").map { Self.word(String($0)) }
        .joined(separator: "/")
    case .value(.name), .value(.path): Self.word(candidate.jobName ?? "")
    case .value(.user): Self.word(candidate.user)
    case .value(.fileType): RundeckLog.fileType
    }
  }

  /// A value as a part of a name: no slash, no control character, at most 100 bytes.
  private static func word(_ text: String) -> String {
    var word = ""
    var bytes = 0
    for scalar in text.unicodeScalars {
      let isPlain = scalar.value >= 0x20 && scalar.value != 0x7F && scalar != "/" && scalar != "\\"
      let next: Unicode.Scalar = isPlain ? scalar : "_"
      bytes += UTF8.width(next)
      if bytes > 100 { break }
      word.unicodeScalars.append(next)
    }
    return word
  }

  /// No component leads upwards or hides.
  private static func component(_ text: Substring) -> String {
    text.first == "." ? "_\(text.dropFirst())" : String(text)
  }
}

extension Substring {
  fileprivate func range(of text: String) -> Range<Substring.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
