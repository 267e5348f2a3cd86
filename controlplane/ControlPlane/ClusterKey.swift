public import Cryptography
import Daemon

/// The key that seals secrets in the database: 64 hexadecimal digits in a file, the same on all members.
public enum ClusterKey {
  static let fileName = "cluster.key"

  /// Reads the key from `file`, or from the state directory, where it is made at the first start.
  public static func load(
    from file: String?, in state: StateDirectory
  ) throws(StateDirectory.Problem) -> EnvelopeKey {
    let path = file ?? "\(state.path)/\(fileName)"
    let text: String
    if let file {
      guard let line = try StateDirectory.read(file) else {
        throw StateDirectory.Problem(
          key: ControlPlaneKeys.clusterKeyFile.name, path: file,
          reason:
            "there is no such file; openssl rand -hex 32 makes its content, once for all members")
      }
      text = line
    } else {
      text = try state.keep(fileName) { EnvelopeKey.random().hex }
    }
    do {
      return try EnvelopeKey(hex: text)
    } catch {
      let key = file == nil ? ControlPlaneKeys.stateDirectory : nil
      throw StateDirectory.Problem(
        key: key?.name ?? ControlPlaneKeys.clusterKeyFile.name, path: path,
        reason: "not a key; expected: \(2 * EnvelopeKey.byteCount) hexadecimal digits")
    }
  }
}
