import Cryptography
import FoundationEssentials
import Model

/// How an execution's secure options lie in the store: sealed JSON, tied to the execution's number.
struct OptionSeal: Sendable {
  private let sealer: EnvelopeSealer

  init(_ sealer: EnvelopeSealer) { self.sealer = sealer }

  /// The bytes for column `sealed_options`; nil when there is nothing to seal.
  func seal(_ options: [String: String], for execution: ExecutionID) throws -> [UInt8]? {
    guard !options.isEmpty else { return nil }
    let json = try JSONEncoder().encode(options)
    return try sealer.seal(Array(json), context: Self.context(execution))
  }

  /// The options that were sealed for the execution of that number.
  func open(_ bytes: [UInt8]?, for execution: ExecutionID) throws -> [String: String] {
    guard let bytes else { return [:] }
    let json = try sealer.open(bytes, context: Self.context(execution))
    return try JSONDecoder().decode([String: String].self, from: Data(json))
  }

  private static func context(_ execution: ExecutionID) -> String {
    "execution/\(execution)/options"
  }
}
