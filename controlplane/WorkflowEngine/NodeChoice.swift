public import Model

/// Which nodes an orchestrator lets a workflow go to, in which order and how many at once.
///
/// It is made once, when the plan is: what it leaves to chance is drawn then, so that whoever carries the
/// execution later goes to the same nodes.
public struct NodeChoice: Sendable, Hashable {
  public let nodes: [PlannedNode]
  /// Nil when the order of the nodes says everything.
  public let orchestration: Orchestration?

  /// - Parameters:
  ///   - rule: what the orchestrator decides by; nil without one.
  ///   - nodes: the nodes that the job's filter selected, in the order of their ranks.
  ///   - rankAttribute: what they were ordered by; nil: their names.
  ///   - random: what chance decides by.
  /// - Throws: `UnknownOrchestrator` for a plugin's.
  public init(
    _ rule: JobOrchestrator.Rule?, of nodes: [PlannedNode], rankAttribute: String?,
    using random: inout some RandomNumberGenerator
  ) throws(UnknownOrchestrator) {
    switch rule {
    case nil: (self.nodes, orchestration) = (nodes, nil)
    case .subset(let count):
      let chosen = Set(nodes.indices.shuffled(using: &random).prefix(max(0, count)))
      self.nodes = nodes.indices.filter(chosen.contains).map { nodes[$0] }
      orchestration = nil
    case .rankTiered:
      self.nodes = nodes
      orchestration = Orchestration(tiers: Self.tiers(nodes, rankAttribute))
    case .maxPercentage(let percent):
      self.nodes = nodes
      let share = Int((Double(nodes.count) * percent / 100).rounded(.down))
      orchestration = Orchestration(atOnce: max(1, share))
    case .extreme(let attribute, let isHighest):
      self.nodes = Self.extreme(nodes, attribute, isHighest).map { [$0] } ?? []
      orchestration = nil
    case .other(let plugin): throw UnknownOrchestrator(type: plugin.type)
    }
  }

  /// The sizes of the runs of nodes that have the same rank.
  private static func tiers(_ nodes: [PlannedNode], _ attribute: String?) -> [Int] {
    var sizes: [Int] = []
    var last: String?
    for node in nodes {
      let rank = attribute.map { node.value(of: $0) ?? "" } ?? node.name
      if !sizes.isEmpty, rank == last { sizes[sizes.count - 1] += 1 } else { sizes.append(1) }
      last = rank
    }
    return sizes
  }

  /// The node whose value comes last, or first: numbers by their size, before any text. Of equal ones the
  /// first node; of nodes without the attribute none, unless there are no others.
  private static func extreme(
    _ nodes: [PlannedNode], _ attribute: String, _ isHighest: Bool
  ) -> PlannedNode? {
    let ranked = nodes.compactMap { node in
      node.value(of: attribute).map { (node: node, rank: RankValue($0)) }
    }
    var best: (node: PlannedNode, rank: RankValue)?
    for candidate in ranked {
      guard let known = best else {
        best = candidate
        continue
      }
      let isBetter = isHighest ? known.rank < candidate.rank : candidate.rank < known.rank
      if isBetter { best = candidate }
    }
    return best?.node ?? nodes.first
  }
}

/// An orchestrator that nobody here knows.
public struct UnknownOrchestrator: Error, Sendable, Hashable, CustomStringConvertible {
  public let type: String

  public var description: String {
    "The orchestrator \"\(type)\" is not known; allowed are subset, rankTiered, maxPercentage and "
      + "orchestrator-highest-lowest-attribute"
  }
}

/// A value by which nodes are compared.
private enum RankValue: Comparable {
  case number(DecimalNumber)
  case text(String)

  init(_ text: String) { self = DecimalNumber(text).map(Self.number) ?? .text(text) }
}

extension PlannedNode {
  /// An attribute as rank: its name, its tags and its own attributes.
  fileprivate func value(of attribute: String) -> String? {
    switch attribute {
    case "nodename", "name": name
    case "tags": node.tags.isEmpty ? nil : node.tags.sorted().joined(separator: ", ")
    default: node.attributes[attribute]
    }
  }
}
