import Glibc

/// How much of everything the fault tests do: little in a test run, and with `FAULTS=long` in the environment as much as
/// docs/reliability.md tells of.
struct FaultScale {
  /// Steps that run while something happens.
  let steps: Int
  /// For how long the database or the log storage is away, and how long each step prints; in seconds.
  let outage: Int
  /// How often a daemon is killed under one set of steps, and how often a link breaks.
  let kills: Int
  /// For how long all processors are busy with something else, and a link forwards nothing; in seconds.
  let strain: Int
  /// How much the large output is, in MiB.
  let largeOutput: Int

  static let current =
    getenv("FAULTS").map { String(cString: $0) } == "long"
    ? FaultScale(steps: 100, outage: 120, kills: 20, strain: 600, largeOutput: 1024)
    : FaultScale(steps: 8, outage: 3, kills: 3, strain: 3, largeOutput: 64)
}
