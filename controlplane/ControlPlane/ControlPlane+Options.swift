import Daemon
import Execution
import Glibc
import HTTPClient
import Keys
import Model
import Store

extension ControlPlane {
  /// Who finds out what options need from outside.
  func optionDesk(
    _ store: Store, _ node: ServerNode, _ keys: SealedKeys, plugins: any OptionValuePlugins
  ) -> OptionDesk {
    var settings = RemoteValuesSettings()
    settings.timeout = configuration[OptionKeys.timeout]
    let connect = configuration[OptionKeys.connectTimeout]
    settings.connectTimeout = connect == .zero ? nil : connect
    settings.retries = configuration[OptionKeys.retries]
    settings.answerBytes = configuration[OptionKeys.answerLimit]
    settings.folder = configuration[OptionKeys.folder]
    return OptionDesk(
      store: store, http: HTTPClient(), settings: settings, plugins: plugins, keys: keys,
      server: node,
      base: state.path,
      wallClock: {
        let now = Instant.wallClock()
        return (now, Self.offset(at: now))
      })
  }

  /// How far this host's zone is from Greenwich, in seconds.
  private static func offset(at instant: Instant) -> Int64 {
    var seconds = time_t(instant.microseconds / 1_000_000)
    var parts = tm()
    localtime_r(&seconds, &parts)
    return Int64(parts.tm_gmtoff)
  }
}
