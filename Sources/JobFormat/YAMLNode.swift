import Yams

/// A node of a YAML document; the model's nodes are hosts.
typealias YAMLNode = Yams.Node
