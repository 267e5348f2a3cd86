public import Model

/// YAML, and so JSON too, that is no job: settings of steps.
public enum PlainYAML {
  /// The common tree. Throws `JobFormatError` for what cannot be read, within the bounds of job documents.
  public static func read(_ text: String) throws(JobFormatError) -> JobValue {
    try YAMLText.read(Array(text.utf8))
  }
}
