/// What was found out for the options of one run, by option: what the pure resolver cannot know.
struct OptionFacts: Sendable {
  /// What came of asking a server or a plugin for values.
  enum Remote: Sendable, Hashable {
    case values([OptionChoice])
    case failed(RemoteValuesError)
  }

  /// What came of asking the key storage.
  enum Secret: Sendable, Hashable {
    case value(String)
    case failed(KeyStorageError)
  }

  var remote: [String: Remote] = [:]
  var secrets: [String: Secret] = [:]
  /// Uploaded files by key.
  var files: [String: OptionFile] = [:]
  /// Why a key is no file that the run may have.
  var fileProblems: [String: String] = [:]
}

/// A value that an option may have.
public struct OptionChoice: Sendable, Hashable {
  /// What people see.
  public var name: String
  public var value: String
  /// Whether it is selected to begin with.
  public var isSelected: Bool

  public init(name: String, value: String, isSelected: Bool = false) {
    self.name = name
    self.value = value
    self.isSelected = isSelected
  }
}

/// A file that a run's steps may have.
public struct OptionFile: Sendable, Hashable {
  /// The option's value: the file's key.
  public var key: String
  /// As it was called where it came from.
  public var name: String?
  /// SHA-256 in hexadecimal digits.
  public var digest: String
  public var size: Int64

  public init(key: String, name: String?, digest: String, size: Int64) {
    self.key = key
    self.name = name
    self.digest = digest
    self.size = size
  }

  /// What stands for its path until an agent has it: nothing in it means anything to a shell.
  var pathMarker: String { Self.pathMarkers + key }

  static func byKey(_ files: [OptionFile]) -> [String: OptionFile] {
    Dictionary(files.map { ($0.key, $0) }) { first, _ in first }
  }

  static let pathMarkers = "/quarterdeck-option-file/"
}
