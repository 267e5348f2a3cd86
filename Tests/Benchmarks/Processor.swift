import Glibc
import TestSupport

/// User and system time of a process so far, from `/proc/PID/stat`.
func processorSeconds(of pid: Int32) throws -> Double {
  let text = String(decoding: try readFile("/proc/\(pid)/stat"), as: UTF8.self)
  let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
  guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
    return .nan
  }
  return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
}
