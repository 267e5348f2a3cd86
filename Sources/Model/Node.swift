/// A host that steps can run on, as a resource model describes it.
public struct Node: Sendable, Hashable, Codable {
  /// Unique within a project.
  public var name: String
  public var tags: Set<String>
  /// All other attributes: `hostname`, `osFamily`, `osName`, `osArch`, `osVersion`, `username`,
  /// `description` and free ones.
  public var attributes: [String: String]

  public init(name: String, tags: Set<String> = [], attributes: [String: String] = [:]) {
    self.name = name
    self.tags = tags
    self.attributes = attributes
  }
}
