/// What the references in a `valuesUrl` mean, besides other options' values.
struct RemoteContext: Sendable, Hashable {
  var jobName = ""
  var jobGroup = ""
  var jobDescription = ""
  var project = ""
  var user = ""
  var nodeName = ""
  var serverUUID = ""
  /// The folder that `rundeck.basedir` means, for `file:` addresses only.
  var base = ""
  /// `${globals.*}`, by name.
  var globals: [String: String] = [:]

  fileprivate func value(_ reference: Substring) -> String? {
    switch reference {
    case "job.name": jobName
    case "job.group": jobGroup
    case "job.description": jobDescription
    case "job.project": project
    case "job.user.name", "job.user": user
    case "job.rundeck.nodename", "rundeck.nodename": nodeName
    case "job.rundeck.serverUUID", "rundeck.serverUUID": serverUUID
    default: nil
    }
  }
}

/// A `valuesUrl` with its references: job, server, the option itself, and values of other options, on which it then depends.
struct RemoteTemplate: Sendable, Hashable {
  let text: String

  /// The options whose values it wants.
  var dependencies: Set<String> {
    var names: Set<String> = []
    _ = replaced { reference in
      if let name = Self.option(of: reference) { names.insert(name) }
      return ""
    }
    return names
  }

  /// The address with its references replaced; values are percent-encoded, except those of globals, which the project's
  /// administrator wrote.
  func expanded(
    for option: String, in context: RemoteContext, values: [String: String]
  ) -> String {
    let isFile = text.lowercased().hasPrefix("file:")
    return replaced { reference in
      if let name = Self.option(of: reference) { return Self.encoded(values[name] ?? "") }
      if reference == "option.name" { return Self.encoded(option) }
      if reference.hasPrefix("globals.") {
        return context.globals[String(reference.dropFirst(8))] ?? ""
      }
      if reference == "rundeck.basedir" || reference == "job.rundeck.basedir" {
        return isFile ? context.base : nil
      }
      return context.value(reference).map(Self.encoded)
    }
  }

  /// `option.NAME.value`.
  private static func option(of reference: Substring) -> String? {
    guard reference.hasPrefix("option."), reference.hasSuffix(".value"), reference.count > 13
    else { return nil }
    return String(reference.dropFirst(7).dropLast(6))
  }

  /// What has no replacement stays.
  private func replaced(_ replacement: (Substring) -> String?) -> String {
    var result = ""
    var rest = text[...]
    while let start = rest.firstRange(of: "${") {
      result += rest[..<start.lowerBound]
      rest = rest[start.lowerBound...]
      guard let end = rest.firstIndex(of: "}") else { break }
      let reference = rest[start.upperBound..<end]
      result += replacement(reference) ?? String(rest[...end])
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }

  /// Percent-encoded, but for what RFC 3986 calls unreserved.
  static func encoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
      default: bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
