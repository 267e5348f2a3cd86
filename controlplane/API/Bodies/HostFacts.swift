import Glibc

/// What the kernel says about this host and this process.
struct HostFacts: Sendable {
  var architecture = ""
  var system = ""
  var release = ""
  /// Of the last minute, 100 for one busy processor.
  var loadAverage = 0.0
  var processors: Int64 = 1
  var totalMemory: Int64 = 0
  var availableMemory: Int64 = 0
  /// This process's memory.
  var residentBytes: Int64 = 0
  /// This process's threads.
  var threads: Int64 = 0

  static func read() -> HostFacts {
    var facts = HostFacts()
    var names = utsname()
    if uname(&names) == 0 {
      facts.architecture = text(names.machine)
      facts.system = text(names.sysname)
      facts.release = text(names.release)
    }
    var load = 0.0
    if getloadavg(&load, 1) == 1 { facts.loadAverage = load * 100 }
    facts.processors = Int64(max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1))
    let memory = numbers(in: "/proc/meminfo")
    facts.totalMemory = (memory["MemTotal"] ?? 0) * 1024
    facts.availableMemory = (memory["MemAvailable"] ?? 0) * 1024
    let process = numbers(in: "/proc/self/status")
    facts.residentBytes = (process["VmRSS"] ?? 0) * 1024
    facts.threads = process["Threads"] ?? 0
    return facts
  }

  /// The first number of each `Name: 123 kB` line.
  private static func numbers(in path: String) -> [String: Int64] {
    guard let file = fopen(path, "re") else { return [:] }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 16_384)
    let count = fread(&bytes, 1, bytes.count, file)
    var numbers: [String: Int64] = [:]
    for line in String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n") {
      let parts = line.split(whereSeparator: { $0 == ":" || $0 == " " || $0 == "\t" })
      if parts.count >= 2, let number = Int64(parts[1]) { numbers[String(parts[0])] = number }
    }
    return numbers
  }

  private static func text<Field>(_ field: Field) -> String {
    withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
