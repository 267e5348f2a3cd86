public import Model

/// Rundeck's three formats of job definitions.
public enum JobFormatName: String, Sendable, Hashable, CaseIterable {
  case yaml, json, xml
}

/// Documents of job definitions: bytes in, jobs out, and back.
public enum JobDocument {
  /// Reads every job of a document. Whether values match their options' expressions is not asked: see
  /// `Job.mismatches`.
  ///
  /// - Returns: one result for each job, in the document's order: a job that is wrong does not keep
  ///   the others out.
  /// - Throws: `JobFormatError` when the bytes are no document of that format, hold no list of jobs, or
  ///   go over a limit.
  public static func decode(
    _ bytes: [UInt8], format: JobFormatName
  ) throws(JobFormatError) -> [Result<Job, JobDefinitionError>] {
    let root = try tree(bytes, format: format)
    let items = try definitions(root)
    return items.enumerated().map { index, item in
      JobDecoder.decode(item, index: index)
    }
  }

  /// Writes jobs as one document, keys in alphabetical order as Rundeck has them.
  ///
  /// - Throws: `JobFormatError.notRepresentable` when the format cannot say what a job holds (XML has
  ///   no conditional steps and no control characters).
  public static func encode(
    _ jobs: [Job], format: JobFormatName
  ) throws(JobFormatError) -> String {
    let values = jobs.map(JobEncoder.value(of:))
    switch format {
    case .json: return JSONText.write(.list(values))
    case .yaml: return try YAMLText.write(.list(values))
    case .xml: return try JobXMLWriter.document(values)
    }
  }

  /// Reads one option of a job out of the tree that JSON and YAML make of it.
  ///
  /// - Throws: `JobProblem` with the key that cannot be read.
  public static func option(from value: JobValue) throws(JobProblem) -> JobOption {
    try OptionDecoder.option(value, path: "", name: nil)
  }

  /// One job as the tree that the JSON and YAML formats write.
  public static func value(of job: Job) -> JobValue { JobEncoder.value(of: job) }

  private static func tree(
    _ bytes: [UInt8], format: JobFormatName
  ) throws(JobFormatError) -> JobValue {
    switch format {
    case .json: try JSONText.read(try text(of: bytes))
    case .yaml: try YAMLText.read(try text(of: bytes))
    case .xml: try JobXMLReader.jobs(try XMLElement.parse(bytes))
    }
  }

  private static func text(of bytes: [UInt8]) throws(JobFormatError) -> String {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    guard let text = String(validating: bytes[start...], as: UTF8.self) else {
      throw .malformed(line: nil, "the document is not valid UTF-8")
    }
    return text
  }

  private static func definitions(_ root: JobValue) throws(JobFormatError) -> [JobValue] {
    switch root {
    case .list(let items) where !items.isEmpty: return items
    case .list, .null: throw .noJobs
    case .map: return [root]
    case .boolean, .number, .text:
      throw .malformed(line: nil, "expected a list of jobs, but the document is \(root.kindName)")
    }
  }
}
