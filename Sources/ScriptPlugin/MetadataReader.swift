import JobFormat
import Model

/// Reads `plugin.yaml`. Keys that nobody knows are passed over: Rundeck adds some with each version.
enum MetadataReader {
  /// The longest `plugin.yaml`.
  static let mostBytes = 256 << 10
  static let mostProviders = 100

  static func read(
    _ entry: ZipEntry, in archive: ZipArchive
  ) throws(PluginProblem) -> PluginArchive {
    guard entry.size <= mostBytes else {
      throw .shape("plugin.yaml has \(entry.size) bytes, and \(mostBytes) are allowed")
    }
    let bytes = try PluginProblem.zip { () throws(ZipError) in try archive.content(of: entry) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .shape("plugin.yaml is no UTF-8 text")
    }
    return try plugin(MetadataFields(document(text), path: ""))
  }

  private static func document(_ text: String) throws(PluginProblem) -> JobValue {
    do throws(JobFormatError) {
      return try PlainYAML.read(text)
    } catch {
      throw .shape("plugin.yaml: \(error)")
    }
  }
}
