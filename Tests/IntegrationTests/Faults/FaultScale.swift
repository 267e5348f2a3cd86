import Glibc

/// How much of everything the fault tests do: little in a test run, with `FAULTS=long` in the environment as much as
/// half an hour allows, and with `FAULTS=hours` the outages as long as docs/reliability.md tells of.
struct FaultScale {
  /// Steps that run while something happens.
  let steps: Int
  /// For how long the database is away, and how long each step prints; in seconds.
  let outage: Int
  /// For how long the log storage is away, in seconds.
  var storageOutage: Int
  /// For how long no member lives, in seconds.
  var blackout: Int
  /// How often a daemon is killed under one set of steps, and how often a link breaks.
  let kills: Int
  /// For how long all processors are busy with something else, and a link forwards nothing; in seconds.
  let strain: Int
  /// How much the large output is, in MiB.
  let largeOutput: Int

  static let current: FaultScale =
    switch getenv("FAULTS").map({ String(cString: $0) }) {
    case "long": long
    case "hours": hours
    default: short
    }

  private static let short = FaultScale(
    steps: 8, outage: 3, storageOutage: 3, blackout: 6, kills: 3, strain: 3, largeOutput: 64)
  private static let long = FaultScale(
    steps: 100, outage: 120, storageOutage: 120, blackout: 120, kills: 20, strain: 600,
    largeOutput: 1024)
  private static let hours: FaultScale = {
    var scale = long
    scale.storageOutage = 1_800
    scale.blackout = 3_600
    return scale
  }()
}
