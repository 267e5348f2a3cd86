import ScriptPlugin

/// Reads a folder again and again: only what has changed is read anew.
struct PluginReader {
  /// What a look at the folder found.
  struct Change: Sendable, Hashable {
    /// What was read for the first time, by file.
    var loaded: [String: PluginArchive] = [:]
    /// What is refused, and why, by file.
    var refused: [String: String] = [:]
    var removed: [String] = []

    var isEmpty: Bool { loaded.isEmpty && refused.isEmpty && removed.isEmpty }
  }

  let folder: PluginFolder
  private var known: [String: (stamp: PluginFolder.Stamp, plugin: PluginArchive?)] = [:]

  init(_ folder: PluginFolder) { self.folder = folder }

  /// All that could be read, in the order of the files' names.
  var plugins: PluginSet {
    PluginSet(
      known.sorted { $0.key < $1.key }.compactMap { name, item in
        item.plugin.map { ($0, "\(folder.path)/\(name)") }
      })
  }

  /// Looks at the folder. What was there before stays when it cannot be read.
  mutating func look() throws(PluginFolder.Unreadable) -> Change {
    let files = try folder.files()
    var change = Change()
    for name in known.keys.sorted() where files[name] == nil {
      known[name] = nil
      change.removed.append(name)
    }
    for (name, stamp) in files.sorted(by: { $0.key < $1.key })
    where known[name]?.stamp != stamp {
      let plugin = read(name)
      known[name] = (stamp, try? plugin.get())
      switch plugin {
      case .success(let plugin): change.loaded[name] = plugin
      case .failure(let refusal): change.refused[name] = refusal.reason
      }
    }
    return change
  }

  private struct Refusal: Error { let reason: String }

  private func read(_ name: String) -> Result<PluginArchive, Refusal> {
    do {
      return .success(
        try PluginArchive(try folder.bytes(of: name), fileName: name, limits: folder.limits))
    } catch {
      return .failure(Refusal(reason: "\(error)"))
    }
  }
}
