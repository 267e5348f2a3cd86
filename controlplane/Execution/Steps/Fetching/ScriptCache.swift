import Cryptography

/// Scripts that were fetched, kept by their digest, so that a server is asked only whether they have changed.
actor ScriptCache {
  /// What is known of an address.
  struct Entry: Sendable, Hashable {
    var etag: String?
    var lastModified: String?
    var digest: [UInt8]
  }

  private let mostBytes: Int
  private var entries: [String: Entry] = [:]
  private var scripts: [[UInt8]: [UInt8]] = [:]
  /// The addresses, the one that was asked for longest ago first.
  private var order: [String] = []
  private var bytes = 0

  init(mostBytes: Int = 64 << 20) { self.mostBytes = mostBytes }

  /// What is known of an address, with the script; nil when nothing is.
  func script(at address: String) -> (entry: Entry, bytes: [UInt8])? {
    guard let entry = entries[address], let script = scripts[entry.digest] else { return nil }
    order.removeAll { $0 == address }
    order.append(address)
    return (entry, script)
  }

  /// Keeps a script whose server can say later whether it is still the same.
  func keep(_ script: [UInt8], etag: String?, lastModified: String?, at address: String) {
    forget(address)
    guard etag != nil || lastModified != nil, script.count <= mostBytes / 4 else { return }
    var digest = Digest(.sha256)
    digest.update(script)
    let name = digest.finish()
    if scripts.updateValue(script, forKey: name) == nil { bytes += script.count }
    entries[address] = Entry(etag: etag, lastModified: lastModified, digest: name)
    order.append(address)
    while bytes > mostBytes || order.count > 1000, let oldest = order.first { forget(oldest) }
  }

  private func forget(_ address: String) {
    order.removeAll { $0 == address }
    guard let entry = entries.removeValue(forKey: address),
      !entries.values.contains(where: { $0.digest == entry.digest })
    else { return }
    bytes -= scripts.removeValue(forKey: entry.digest)?.count ?? 0
  }
}
