import ScriptPlugin

/// Where a plugin's files are while it runs: a folder of its own on the agent's host, which is gone afterwards.
struct PluginPlace: Sendable, Hashable {
  /// Nobody can guess its name, so nobody else can have made it before.
  let folder: String

  /// - Parameter parent: a folder of the host.
  init(below parent: String = "/tmp", using random: inout some RandomNumberGenerator) {
    let number = Self.number(&random) + Self.number(&random)
    folder = "\(parent)/quarterdeck-plugin-\(number)"
  }

  /// 64 bits as text.
  private static func number(_ random: inout some RandomNumberGenerator) -> String {
    let text = String(random.next(), radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }

  var contents: String { "\(folder)/contents" }

  /// What is started: the script, or its copy that has another extension.
  func script(of provider: PluginProvider) -> String {
    guard provider.service == .remoteScript, let suffix = provider.scriptExtension else {
      return "\(contents)/\(provider.scriptFile)"
    }
    return "\(folder)/script.\(suffix)"
  }

  /// `${plugin.*}`.
  func values(of installed: InstalledProvider) -> [String: String] {
    [
      "base": contents, "file": installed.file, "scriptfile": script(of: installed.provider),
      "vardir": "\(folder)/var", "tmpdir": "\(folder)/tmp",
    ]
  }

  /// Everything that is unpacked there.
  func archive(of installed: InstalledProvider) -> [UInt8] {
    var files = installed.plugin.files.map { file in
      CopiedFile(
        path: "contents/\(file.path)", bytes: file.bytes,
        permissions: file.isExecutable ? 0o755 : 0o644, modified: 0)
    }
    let provider = installed.provider
    let (own, script) = ("\(contents)/\(provider.scriptFile)", script(of: provider))
    if script != own, let bytes = files.first(where: { "\(folder)/\($0.path)" == own })?.bytes {
      files.append(
        CopiedFile(
          path: String(script.dropFirst(folder.count + 1)), bytes: bytes, permissions: 0o755,
          modified: 0))
    }
    let folders = ["contents", "var", "tmp"].map {
      CopiedFile(path: $0, bytes: nil, permissions: 0o755, modified: 0)
    }
    return TarArchive.bytes(of: folders + files)
  }
}
