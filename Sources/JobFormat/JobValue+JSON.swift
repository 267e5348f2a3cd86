public import Model

extension JobValue {
  /// Reads a JSON document. Keys keep their order and numbers their text.
  ///
  /// - Throws: `JobFormatError` for what is no JSON, has a key twice, or is nested too deep or too large.
  public init(jsonText text: String) throws(JobFormatError) {
    self = try JSONText.read(Array(text.utf8))
  }

  /// The value as JSON without white space.
  public var jsonText: String { JSONText.write(self) }
}
