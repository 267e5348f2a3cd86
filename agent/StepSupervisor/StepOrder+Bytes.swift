extension StepOrder {
  /// The order as records of u8 field, u32 length (little endian) and so many bytes.
  public var bytes: [UInt8] {
    var out: [UInt8] = []
    for argument in arguments { out.record(.argument, argument.utf8) }
    for entry in environment { out.record(.variable, entry.utf8) }
    if let workingDirectory { out.record(.workingDirectory, workingDirectory.utf8) }
    if let standardInput { out.record(.standardInput, standardInput) }
    if let script { out.record(.script, script) }
    if let scriptPath { out.record(.scriptPath, scriptPath.utf8) }
    out.record(.grace, graceMilliseconds.littleBytes)
    if let timeoutMilliseconds { out.record(.timeout, timeoutMilliseconds.littleBytes) }
    out.record(.bootID, bootID.utf8)
    recordSurroundings(into: &out)
    recordLimits(into: &out)
    return out
  }

  private func recordSurroundings(into out: inout [UInt8]) {
    if let credentials {
      out.record(.userName, credentials.name.utf8)
      out.record(.user, UInt64(credentials.user).littleBytes)
      out.record(.group, UInt64(credentials.group).littleBytes)
      for group in credentials.groups { out.record(.supplementary, UInt64(group).littleBytes) }
      out.record(.home, credentials.home.utf8)
    }
    if leavesChildren { out.record(.leavesChildren, [1]) }
    for secret in secrets { out.record(.secret, secret) }
    if let cgroup { out.record(.cgroup, cgroup.utf8) }
    if let spoolLimit { out.record(.spoolLimit, spoolLimit.littleBytes) }
    if isTruncating { out.record(.truncating, [1]) }
  }

  private func recordLimits(into out: inout [UInt8]) {
    if let value = limits.memoryBytes { out.record(.memoryBytes, value.littleBytes) }
    if let value = limits.cpuPermille { out.record(.cpuPermille, value.littleBytes) }
    if let value = limits.cpuSeconds { out.record(.cpuSeconds, value.littleBytes) }
    if let value = limits.processes { out.record(.processes, value.littleBytes) }
    if let value = limits.openFiles { out.record(.openFiles, value.littleBytes) }
    if let value = limits.fileBytes { out.record(.fileBytes, value.littleBytes) }
  }

  /// The bytes are no order.
  public struct Malformed: Error, Hashable {}

  /// Reads an order; an unknown field is skipped.
  ///
  /// Plain pointers, a thrown error instead of an optional, and no generic code: what the runtime looks up
  /// for each generic type that is used for the first time was a good part of the supervisor's start.
  public init(bytes: [UInt8]) throws(Malformed) {
    self.init(arguments: [], bootID: "")
    let isWhole = bytes.withUnsafeBytes { raw in
      var position = 0
      while position < raw.count {
        guard raw.count - position >= 5 else { return false }
        let length = Int(
          UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: position + 1, as: UInt32.self)))
        let start = position + 5
        guard raw.count - start >= length else { return false }
        let value = UnsafeRawBufferPointer(rebasing: raw[start..<(start + length)])
        if let field = Field(rawValue: raw[position]) { take(field, value) }
        position = start + length
      }
      return true
    }
    if !isWhole || arguments.isEmpty { throw Malformed() }
  }

  fileprivate enum Field: UInt8 {
    case argument = 1
    case variable, workingDirectory, standardInput, script, scriptPath, grace, timeout, bootID
    case userName, user, group, supplementary, home
    case leavesChildren, secret, cgroup, spoolLimit, truncating
    case memoryBytes, cpuPermille, cpuSeconds, processes, openFiles, fileBytes
  }

  private mutating func take(_ field: Field, _ value: UnsafeRawBufferPointer) {
    switch field {
    case .argument: arguments.append(Self.text(value))
    case .variable: environment.append(Self.text(value))
    case .workingDirectory: workingDirectory = Self.text(value)
    case .standardInput: standardInput = [UInt8](value)
    case .script: script = [UInt8](value)
    case .scriptPath: scriptPath = Self.text(value)
    case .grace: graceMilliseconds = Self.number(value)
    case .timeout: timeoutMilliseconds = Self.number(value)
    case .bootID: bootID = Self.text(value)
    case .leavesChildren: leavesChildren = true
    case .secret: secrets.append([UInt8](value))
    case .cgroup: cgroup = Self.text(value)
    case .spoolLimit: spoolLimit = Self.number(value)
    case .truncating: isTruncating = true
    case .userName, .user, .group, .supplementary, .home: takeCredentials(field, value)
    case .memoryBytes: limits.memoryBytes = Self.number(value)
    case .cpuPermille: limits.cpuPermille = Self.number(value)
    case .cpuSeconds: limits.cpuSeconds = Self.number(value)
    case .processes: limits.processes = Self.number(value)
    case .openFiles: limits.openFiles = Self.number(value)
    case .fileBytes: limits.fileBytes = Self.number(value)
    }
  }

  private mutating func takeCredentials(_ field: Field, _ value: UnsafeRawBufferPointer) {
    var known =
      credentials
      ?? StepCredentials(name: "", user: .max, group: .max, groups: [], home: "/")
    switch field {
    case .userName: known.name = Self.text(value)
    case .user: known.user = UInt32(clamping: Self.number(value))
    case .group: known.group = UInt32(clamping: Self.number(value))
    case .supplementary: known.groups.append(UInt32(clamping: Self.number(value)))
    case .home: known.home = Self.text(value)
    default: break
    }
    credentials = known
  }

  private static func text(_ value: UnsafeRawBufferPointer) -> String {
    String(decoding: value.bindMemory(to: UInt8.self), as: UTF8.self)
  }

  private static func number(_ value: UnsafeRawBufferPointer) -> UInt64 {
    guard value.count == 8 else { return 0 }
    return UInt64(littleEndian: value.loadUnaligned(as: UInt64.self))
  }
}

extension FixedWidthInteger {
  fileprivate var littleBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}

extension [UInt8] {
  fileprivate mutating func record(_ field: StepOrder.Field, _ value: some Collection<UInt8>) {
    append(field.rawValue)
    append(contentsOf: UInt32(value.count).littleBytes)
    append(contentsOf: value)
  }
}
