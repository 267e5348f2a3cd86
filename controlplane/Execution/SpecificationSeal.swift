public import Cryptography
public import Model
public import Wire

/// How an assignment's specification lies in the store: sealed, because it holds the options' secrets.
public struct SpecificationSeal: Sendable {
  private let sealer: EnvelopeSealer

  public init(_ sealer: EnvelopeSealer) { self.sealer = sealer }

  /// The bytes for column `specification` of the assignment of that number.
  public func seal(
    _ specification: StepSpecification, for assignment: AssignmentID
  ) throws(CryptographyError) -> [UInt8] {
    try sealer.seal(specification.bytes, context: Self.context(assignment))
  }

  /// What was sealed for the assignment of that number.
  ///
  /// Throws `EnvelopeError` when the key is another one or the row was changed, `WireError` when what
  /// was sealed is no specification.
  public func open(
    _ bytes: [UInt8], for assignment: AssignmentID
  ) throws -> StepSpecification {
    try StepSpecification(bytes: sealer.open(bytes, context: Self.context(assignment)))
  }

  private static func context(_ assignment: AssignmentID) -> String {
    "assignment/\(assignment)/specification"
  }
}
