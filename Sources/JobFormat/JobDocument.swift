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
    var reader = try JobDocumentReader(bytes, format: format)
    var jobs: [Result<Job, JobDefinitionError>] = []
    while let job = try reader.next() { jobs.append(job) }
    return jobs
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
}
