import LogStorage
import Model
import Store

extension ControlPlane {
  /// What moves ended logs to where they are kept, and what reads them there.
  func logStorage(_ member: StartedMember) throws -> LogStorageService {
    let choice = try LogStorageConfiguration(configuration)
    let (active, former) = try choice.backends(logger: logger)
    return LogStorageService(
      store: member.store, terms: member.terms, active: active, former: former,
      settings: choice.settings, clock: member.monotonic, logger: logger)
  }
}
