import Cryptography
import FoundationEssentials
import Model

/// How an execution's secure options lie in the store: sealed JSON, tied to the execution's number.
struct OptionSeal: Sendable {
  private let sealer: EnvelopeSealer

  init(_ sealer: EnvelopeSealer) { self.sealer = sealer }

  /// The bytes for column `sealed_options`; nil when there is nothing to seal.
  ///
  /// `cell` is the one that the workflow carries out which has the options; nil for the execution's own.
  func seal(
    _ options: [String: String], for execution: ExecutionID, below cell: StepKey? = nil
  ) throws -> [UInt8]? {
    guard !options.isEmpty else { return nil }
    let json = try JSONEncoder().encode(options)
    return try sealer.seal(Array(json), context: Self.context(execution, cell))
  }

  /// The options that were sealed for the execution of that number, or for one of its workflows.
  func open(
    _ bytes: [UInt8]?, for execution: ExecutionID, below cell: StepKey? = nil
  ) throws -> [String: String] {
    guard let bytes else { return [:] }
    let json = try sealer.open(bytes, context: Self.context(execution, cell))
    return try JSONDecoder().decode([String: String].self, from: Data(json))
  }

  private static func context(_ execution: ExecutionID, _ cell: StepKey?) -> String {
    guard let cell else { return "execution/\(execution)/options" }
    return "execution/\(execution)/nested/\(cell.step)/\(cell.node)/options"
  }
}
