/// The API versions that are served.
public enum APIVersion {
  public static let oldest = 14
  public static let newest = 59

  /// Reads the version in `/api/VERSION/…`. Throws the 400 that AUT-06 to AUT-09 ask for.
  static func parse(_ text: String, path: String) throws(APIError) -> Int {
    guard text.count <= 4, !text.isEmpty, text.first != "0",
      text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let version = Int(text), version > 0
    else {
      throw .unsupportedVersion(text, path: path, reason: "Not a version; newest: \(newest)")
    }
    try check(version, since: oldest, path: path)
    guard version <= newest else {
      throw .unsupportedVersion(
        text, path: path, reason: "Maximum supported version: \(newest)")
    }
    return version
  }

  static func check(_ version: Int, since: Int, path: String) throws(APIError) {
    guard version >= since else {
      throw .unsupportedVersion(
        "\(version)", path: path, reason: "Minimum supported version: \(since)")
    }
  }
}
