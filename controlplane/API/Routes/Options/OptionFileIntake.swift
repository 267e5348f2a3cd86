import Cryptography
import Execution
import Model
import Store

/// Takes files for options in, a piece of bounded size at a time, whatever their length.
struct OptionFileIntake: ~Copyable {
  private let store: Store
  private let job: JobRecord
  private let user: String
  private let member: String
  private let limits: APILimits
  /// The files so far, by option.
  private(set) var keys: [(option: String, key: String)] = []
  private var finished: [(key: String, size: Int64, digest: String)] = []
  private var digest = Digest(.sha256)
  private var size: Int64 = 0
  private var total: Int64 = 0
  private var piece: [UInt8] = []
  /// Whether the part that comes now is a file.
  private var isFile = false

  /// How large a stored piece is.
  static let pieceBytes = 512 * 1024

  init(store: Store, job: JobRecord, user: String, member: String, limits: APILimits) {
    self.store = store
    self.job = job
    self.user = user
    self.member = member
    self.limits = limits
  }

  /// How long an upload may take: a second more for each MiB that it may have.
  var time: Duration { limits.bodyTime + .seconds(limits.optionFileBytes >> 20) }

  /// Takes a part of a multipart body in; fields that are no options are passed over.
  mutating func take(_ event: MultipartStream.Event) async throws {
    switch event {
    case .begin(let name, let fileName):
      guard name.hasPrefix("option.") else { return }
      try await begin(String(name.dropFirst("option.".count)), fileName: fileName)
    case .bytes(let bytes): if isFile { try await add(bytes) }
    case .end: if isFile { try await end() }
    }
  }

  /// Begins a file. Throws a 400 for an option that takes no file.
  mutating func begin(_ option: String, fileName: String?) async throws {
    guard let found = job.job.options.first(where: { $0.name == option }) else {
      throw APIError.invalid(
        parameter: "optionName", value: option, "The job has no option of that name")
    }
    guard found.takesFile else {
      throw APIError.invalid(
        parameter: "optionName", value: option, "The option is not of the type file")
    }
    guard !keys.contains(where: { $0.option == option }) else {
      throw APIError.invalid(parameter: "optionName", value: option, "It was given twice")
    }
    guard fileName?.utf8.count ?? 0 <= 1024, fileName?.utf8.contains(0) != true else {
      throw APIError.invalid(
        parameter: "fileName", value: String(fileName?.prefix(100) ?? ""),
        "It must have at most 1024 bytes, none of them U+0000")
    }
    let key = SecureRandom.uuid()
    try await store.ask.optionFiles.begin(
      OptionFileDraft(
        id: key, project: job.project, job: job.id, option: option, user: user,
        fileName: fileName.flatMap { $0.isEmpty ? nil : $0 }, member: member))
    keys.append((option, key))
    isFile = true
    size = 0
    digest = Digest(.sha256)
  }

  /// Adds bytes to the file. Throws a 413 when it gets too large.
  mutating func add(_ bytes: [UInt8]) async throws {
    total += Int64(bytes.count)
    guard total <= limits.optionFileBytes else {
      throw APIError.tooLarge(limit: Int(limits.optionFileBytes))
    }
    piece += bytes
    while piece.count >= Self.pieceBytes { try await store(Self.pieceBytes) }
  }

  /// Ends the file.
  mutating func end() async throws {
    guard let key = keys.last?.key else { return }
    if !piece.isEmpty { try await store(piece.count) }
    let old = exchange(&digest, with: Digest(.sha256))
    finished.append((key, size, Hexadecimal.text(of: old.finish())))
    isFile = false
  }

  private mutating func store(_ count: Int) async throws {
    guard let key = keys.last?.key else { return }
    let bytes = Array(piece[..<count])
    piece.removeFirst(count)
    digest.update(bytes)
    try await store.ask.optionFiles.add(bytes, at: size, of: key)
    size += Int64(count)
  }

  /// Makes all files usable.
  func finish() async throws {
    let (finished, time) = (finished, limits.optionFileTime)
    try await store.transaction { scope in
      for file in finished {
        _ = try await scope.optionFiles.finish(
          file.key, size: file.size, digest: file.digest, usableFor: time)
      }
    }
  }

  /// Forgets what came so far.
  func abandon() async {
    try? await store.ask.optionFiles.abandon(keys.map(\.key))
  }
}
