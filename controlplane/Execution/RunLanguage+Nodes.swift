import Model
import NodeFilter

extension RunLanguage {
  /// The agents' nodes that Rundeck's filter language selects, ranked.
  static func select(
    _ dispatch: NodeDispatch, from nodes: [PlannedNode]
  ) throws(LaunchError) -> [PlannedNode] {
    let agents = Dictionary(nodes.map { ($0.name, $0) }) { first, _ in first }
    do throws(NodeFilterError) {
      return try NodeSelection(dispatch).select(agents.values.map(\.node))
        .compactMap { agents[$0.name] }
    } catch {
      throw .invalidFilter("\(error)")
    }
  }
}
