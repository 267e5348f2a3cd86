import Database

extension StoreScope {
  /// Questions about the key that the cluster's secrets are sealed with.
  public var clusterKey: ClusterKeyStore { ClusterKeyStore(scope: self) }
}

/// Which key the cluster's secrets are sealed with, known here by its id only.
public struct ClusterKeyStore: Sendable {
  private static let name = "cluster.key"
  let scope: StoreScope

  /// Notes the key of a cluster that has none yet; answers the one that is noted then.
  public func note(_ id: String) async throws(StoreError) -> String {
    let noted = try await scope.first(
      """
      INSERT INTO cluster_setting (name, value) VALUES ($1, $2)
      ON CONFLICT (name) DO UPDATE SET value = cluster_setting.value
      RETURNING value
      """, [.text(Self.name), .text(id)]
    ) { (row) throws(StoreError) in try row.text("value") }
    return noted ?? id
  }

  /// Notes another key in place of the one that was noted.
  public func replace(with id: String) async throws(StoreError) {
    try await scope.run(
      "UPDATE cluster_setting SET value = $2 WHERE name = $1", [.text(Self.name), .text(id)])
  }
}
