/// The patterns of Aho and Corasick's search: a tree of all patterns, in which each node knows the longest
/// other node that its end is.
///
/// Children are chained: a table for each node would take a thousand bytes instead of twenty.
struct PatternTree: Sendable {
  struct Node: Sendable {
    let byte: UInt8
    let depth: Int32
    var firstChild: Int32 = 0
    var sibling: Int32 = 0
    /// The node of the longest proper end of this node's bytes that begins a pattern.
    var suffix: Int32 = 0
    /// The length of the longest pattern that ends here, or 0.
    var longest: Int32 = 0
  }

  private(set) var nodes = [Node(byte: 0, depth: 0)]
  /// The length of the longest pattern.
  private(set) var height = 0
  /// The root's children by byte.
  private var roots: [Int32] = []
  /// A bit for each two bytes that begin a pattern, by the first and then the second.
  private(set) var pairs: [UInt64] = []

  var isEmpty: Bool { nodes.count == 1 }

  /// Adds a pattern. Patterns are never empty.
  mutating func insert(_ pattern: some Collection<UInt8>) {
    var node: Int32 = 0
    for byte in pattern {
      if let next = child(of: node, byte) {
        node = next
      } else {
        node = add(byte, to: node)
      }
    }
    nodes[Int(node)].longest = nodes[Int(node)].depth
    height = max(height, Int(nodes[Int(node)].depth))
  }

  private mutating func add(_ byte: UInt8, to parent: Int32) -> Int32 {
    let new = Int32(nodes.count)
    var node = Node(byte: byte, depth: nodes[Int(parent)].depth + 1)
    node.sibling = nodes[Int(parent)].firstChild
    nodes.append(node)
    nodes[Int(parent)].firstChild = new
    return new
  }

  /// Makes the tree ready for `next`; nothing is inserted afterwards.
  mutating func link() {
    guard !isEmpty else { return }
    roots = [Int32](repeating: 0, count: 256)
    pairs = [UInt64](repeating: 0, count: 1024)
    var queue: [Int32] = []
    for child in children(of: 0) {
      roots[Int(nodes[Int(child)].byte)] = child
      queue.append(child)
    }
    var done = 0
    while done < queue.count {
      let parent = queue[done]
      done += 1
      for child in children(of: parent) {
        if nodes[Int(child)].depth == 2 { notePair(parent, child) }
        let suffix = next(nodes[Int(parent)].suffix, nodes[Int(child)].byte)
        nodes[Int(child)].suffix = suffix
        nodes[Int(child)].longest = max(nodes[Int(child)].longest, nodes[Int(suffix)].longest)
        queue.append(child)
      }
    }
  }

  private mutating func notePair(_ parent: Int32, _ child: Int32) {
    let pair = Int(nodes[Int(parent)].byte) << 8 | Int(nodes[Int(child)].byte)
    pairs[pair >> 6] |= 1 << UInt64(pair & 63)
  }

  private func children(of parent: Int32) -> [Int32] {
    var found: [Int32] = []
    var node = nodes[Int(parent)].firstChild
    while node != 0 {
      found.append(node)
      node = nodes[Int(node)].sibling
    }
    return found
  }

  /// Where one goes from a node with the next byte.
  @inline(__always)
  func next(_ node: Int32, _ byte: UInt8) -> Int32 {
    var node = node
    while node != 0 {
      if let child = child(of: node, byte) { return child }
      node = nodes[Int(node)].suffix
    }
    return roots[Int(byte)]
  }

  /// How many bytes before this point may be the beginning of a pattern that goes on.
  func open(_ node: Int32) -> Int {
    var node = node
    while node != 0, nodes[Int(node)].firstChild == 0 { node = nodes[Int(node)].suffix }
    return Int(nodes[Int(node)].depth)
  }

  private func child(of node: Int32, _ byte: UInt8) -> Int32? {
    var child = nodes[Int(node)].firstChild
    while child != 0 {
      if nodes[Int(child)].byte == byte { return child }
      child = nodes[Int(child)].sibling
    }
    return nil
  }
}
