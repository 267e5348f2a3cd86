/// A script plugin as its zip file has it.
public struct PluginArchive: Sendable, Hashable {
  public var name: String
  public var version: String
  /// `rundeckPluginVersion`: 1.0, 1.1, 1.2 or 2.0.
  public var formatVersion: String
  public var author: String?
  public var date: String?
  public var url: String?
  public var description: String?
  public var providers: [PluginProvider]
  /// Providers of services that no script provides here, such as `NodeExecutor name`.
  public var unused: [String]
  /// Everything below `contents/`, in the order of the paths.
  public var files: [PluginFile]

  /// Reads the file `name.zip`.
  ///
  /// - Parameter fileName: ends with `-plugin.zip`; the rest of it names the folder that everything is in.
  /// - Throws: `PluginProblem`.
  public init(
    _ bytes: [UInt8], fileName: String, limits: ZipLimits = ZipLimits()
  ) throws(PluginProblem) {
    guard Self.isPlugin(fileName) else {
      throw .shape("the file's name must end with -plugin.zip")
    }
    let archive = try PluginProblem.zip { () throws(ZipError) in
      try ZipArchive(bytes, limits: limits)
    }
    let root = fileName.dropLast(4) + "/"
    guard let metadata = archive.entries.first(where: { $0.path == root + "plugin.yaml" }) else {
      throw .shape("the zip file has no \(root)plugin.yaml")
    }
    self = try MetadataReader.read(metadata, in: archive)
    files = try Self.files(of: archive, below: root + "contents/")
    try checkScripts()
  }

  init(name: String, version: String, formatVersion: String) {
    self.name = name
    self.version = version
    self.formatVersion = formatVersion
    (providers, unused, files) = ([], [], [])
  }

  /// Whether a file of that name in the plugins' folder is a plugin.
  public static func isPlugin(_ fileName: String) -> Bool {
    fileName.hasSuffix("-plugin.zip") && fileName.utf8.count > "-plugin.zip".utf8.count
      && !fileName.hasPrefix(".")
  }

  private static func files(
    of archive: ZipArchive, below root: String
  ) throws(PluginProblem) -> [PluginFile] {
    var files: [PluginFile] = []
    for entry in archive.entries where entry.path.hasPrefix(root) && !entry.isFolder {
      let bytes = try PluginProblem.zip { () throws(ZipError) in try archive.content(of: entry) }
      files.append(
        PluginFile(
          path: String(entry.path.dropFirst(root.count)), bytes: bytes,
          isExecutable: entry.isExecutable))
    }
    return files.sorted { $0.path < $1.path }
  }

  /// Each provider's script is there; whoever starts it may.
  private mutating func checkScripts() throws(PluginProblem) {
    for (index, provider) in providers.enumerated() {
      guard let place = files.firstIndex(where: { $0.path == provider.scriptFile }) else {
        throw .metadata(
          field: "providers[\(index)].script-file",
          "the zip file has no contents/\(provider.scriptFile)")
      }
      files[place].isExecutable = true
    }
  }
}

/// A file of a plugin.
public struct PluginFile: Sendable, Hashable {
  /// Below `contents/`.
  public var path: String
  public var bytes: [UInt8]
  public var isExecutable: Bool
}

extension PluginProblem {
  static func zip<Content>(_ body: () throws(ZipError) -> Content) throws(PluginProblem) -> Content
  {
    do throws(ZipError) {
      return try body()
    } catch {
      throw .zip(error)
    }
  }
}
