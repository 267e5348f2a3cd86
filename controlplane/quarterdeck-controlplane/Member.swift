import ControlPlane
import Daemon
import Logging

/// The life of the process, from its configuration to its end.
enum Member {
  static func run(_ configuration: EffectiveConfiguration) async throws {
    ProcessMemory.keepSmall()
    let logger = DaemonLogging.bootstrap(
      identifier: "quarterdeck-controlplane", configuration: configuration)
    for warning in ControlPlane.warnings(configuration) { logger.warning("\(warning)") }
    let status = DaemonStatus()
    let state = try StateDirectory(configuration[ControlPlaneKeys.stateDirectory])
    try state.lock()
    let member = ControlPlane(
      configuration: configuration,
      database: try DatabaseChoice(configuration).open(configuration, logger),
      state: state, status: status, logger: logger)
    try await DaemonRunner(
      status: status, stopTimeLimit: configuration[DaemonKeys.stopTimeLimit], logger: logger
    ).run(services: try await member.services())
  }
}
