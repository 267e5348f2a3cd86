public import Model

/// Reads the jobs of a document one after the other. A list of YAML or JSON is taken apart as it is read, so that
/// never more than one job's tree is in memory beside the document's bytes.
public struct JobDocumentReader {
  private enum Source {
    case items([JobValue])
    case json(JSONListReader)
    case yaml(YAMLListReader)
  }

  private var source: Source
  /// How many jobs were read.
  private var count = 0

  /// - Throws: `JobFormatError` when the bytes are no document of that format, hold no list of jobs, or go
  ///   over a limit, as far as that is seen before the jobs are read.
  public init(_ bytes: [UInt8], format: JobFormatName) throws(JobFormatError) {
    switch format {
    case .xml: source = .items(try JobXMLReader.jobs(try XMLElement.parse(bytes)).items())
    case .json:
      try UTF8Check.check(bytes)
      if let list = JSONListReader(bytes) {
        source = .json(list)
      } else {
        source = .items(try JSONText.read(bytes).items())
      }
    case .yaml:
      try UTF8Check.check(bytes)
      if let list = YAMLListReader(bytes) {
        source = .yaml(list)
      } else {
        source = .items(try YAMLText.read(bytes).items())
      }
    }
  }

  /// The next job, or what is wrong with it; nil after the last one.
  ///
  /// - Throws: `JobFormatError` when the document cannot be read on: nothing of it counts then.
  public mutating func next() throws(JobFormatError) -> Result<Job, JobDefinitionError>? {
    guard let value = try nextValue() else {
      guard count > 0 else { throw .noJobs }
      return nil
    }
    defer { count += 1 }
    return JobDecoder.decode(value, index: count)
  }

  private mutating func nextValue() throws(JobFormatError) -> JobValue? {
    switch source {
    case .items(let items): return count < items.count ? items[count] : nil
    case .json(var list):
      source = .items([])
      defer { source = .json(list) }
      return try list.next()
    case .yaml(var list):
      source = .items([])
      defer { source = .yaml(list) }
      return try list.next()
    }
  }
}

extension JobValue {
  /// The jobs of a document's root.
  func items() throws(JobFormatError) -> [JobValue] {
    switch self {
    case .list(let items) where !items.isEmpty: return items
    case .list, .null: throw .noJobs
    case .map: return [self]
    case .boolean, .number, .text:
      throw .malformed(line: nil, "expected a list of jobs, but the document is \(kindName)")
    }
  }
}

/// Whether a document's bytes are text.
enum UTF8Check {
  static func check(_ bytes: [UInt8]) throws(JobFormatError) {
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      throw .malformed(line: nil, "the document is not valid UTF-8")
    }
  }

  /// The bytes after a byte order mark.
  static func content(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
  }
}
