import Model

/// What stands before the messages of one second, one level and one place: mostly the same many times over.
struct LinePrefixes: Sendable {
  private var second = Int64.min
  private var level = ""
  private var step: String?
  private var node: String?
  private var bytes: [UInt8] = []

  mutating func prefix(
    time: Int64, level: String, step: String?, node: String?, user: String
  ) -> [UInt8] {
    let second = time.flooredQuotient(by: 1_000_000)
    if second == self.second && level == self.level && step == self.step && node == self.node {
      return bytes
    }
    (self.second, self.level, self.step, self.node) = (second, level, step, node)
    var metadata = ["user": user]
    metadata["node"] = node
    metadata["stepctx"] = step
    metadata["step"] = step.map { String($0.prefix { $0 != "/" && $0 != "@" }) }
    bytes = RundeckLogWriter.prefix(
      time: Instant(microseconds: time), level: level, metadata: metadata)
    return bytes
  }
}
