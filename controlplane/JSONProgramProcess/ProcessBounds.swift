import CJQ
import CLinux
import Glibc
import JSONPrograms

/// What the kernel is to keep this process from.
enum ProcessBounds {
  /// Sets all bounds; false when one of them cannot be set, and then nothing may be run.
  static func apply() -> Bool {
    qd_empty_environment()
    guard qd_hide_memory() == 0 else { return false }
    let seconds = rlim_t(JSONProgramBounds.seconds)
    return limit(RLIMIT_CPU, seconds, seconds + 1)
      && limit(RLIMIT_DATA, rlim_t(JSONProgramBounds.memory))
      // No file can be opened any more, and none can grow.
      && limit(RLIMIT_NOFILE, 0) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_CORE, 0)
  }

  private static func limit(
    _ resource: __rlimit_resource, _ soft: rlim_t, _ hard: rlim_t? = nil
  ) -> Bool {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 else { return false }
    limit.rlim_max = min(hard ?? soft, limit.rlim_max)
    limit.rlim_cur = min(soft, limit.rlim_max)
    return setrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0
  }
}
