import Daemon

/// Values of options from other servers, and files for options.
enum OptionKeys {
  static let all: [any DescribedKey] = [
    timeout, connectTimeout, retries, answerLimit, folder, fileLimit, fileExpiration,
  ]

  static let timeout = ConfigurationKey(
    "rundeck.jobs.options.remoteUrlTimeout",
    .duration(in: .seconds, .milliseconds(100) ... .seconds(3_600)), default: .seconds(10),
    "How long a server that is asked for the values of an option may send nothing; a plain number is seconds."
  )

  static let connectTimeout = ConfigurationKey(
    "rundeck.jobs.options.remoteUrlConnectionTimeout",
    .duration(in: .seconds, .zero ... .seconds(3_600)), default: .zero,
    "How long the connection to such a server may take; a plain number is seconds, 0 sets no limit of its own."
  )

  static let retries = ConfigurationKey(
    "rundeck.jobs.options.remoteUrlRetry", .int(0...100), default: 5,
    "How often such a server is asked again when it hangs up without an answer.")

  static let answerLimit = ConfigurationKey(
    "quarterdeck.jobs.options.remoteUrlMaxBytes", .int(1_024...67_108_864), default: 4_194_304,
    "The largest answer of such a server, in bytes.")

  static let folder = ConfigurationKey(
    "quarterdeck.jobs.options.valuesDirectory", optional: .path,
    """
    The folder whose files may hold values of options (file: addresses), on every member. Without it: no \
    file may.
    """)

  static let fileLimit = ConfigurationKey(
    "rundeck.fileUploadService.tempfile.maxsize", .byteCount, default: 200 << 20,
    "The largest file for an option: bytes, or a number with k, m, g or t.")

  static let fileExpiration = ConfigurationKey(
    "rundeck.fileUploadService.tempfile.expiration",
    .duration(in: .milliseconds, .seconds(1) ... .seconds(2_592_000)), default: .seconds(600),
    "How long an uploaded file waits for the run that uses it; a plain number is milliseconds.")
}

extension ValueForm where Value == Int64 {
  /// A number of bytes, plain or with `k`, `m`, `g` or `t`, each 1024 times the one before.
  static var byteCount: Self {
    Self(
      allowed: "a number of bytes such as 4096, 200M or 2g, up to 16t",
      parse: { text in
        let units: [Character: Int64] = ["k": 10, "m": 20, "g": 30, "t": 40]
        var digits = text.lowercased()[...]
        var shift: Int64 = 0
        if let last = digits.last, let unit = units[last] {
          shift = unit
          digits = digits.dropLast()
        }
        guard let count = Int64(digits), count > 0, count <= (16 << 40) >> shift else { return nil }
        return count << shift
      },
      format: { String($0) })
  }
}
