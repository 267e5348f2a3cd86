import Glibc

/// This host, as members and agents call it.
enum Host {
  /// What `gethostname` says: the name that an agent of this host reports too.
  static var name: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// The load average of the last minute as a share of all processors, in permille; 1,000 at most.
  static var processorLoad: Int {
    var averages = [0.0, 0.0, 0.0]
    guard getloadavg(&averages, 3) > 0 else { return 0 }
    let processors = Double(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    return min(1_000, Int(averages[0] / processors * 1_000))
  }
}
