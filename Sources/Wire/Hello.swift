public import Model

/// What an agent says when it opens its stream: who it is and what it holds.
public struct Hello: WireMessage {
  public var version: String
  public var bootID: String
  public var node: Node
  /// Every assignment that the agent has a spool of.
  public var inventory: [InventoryEntry]
  /// After which silence this agent counts as away, and when a step of it counts as lost; nil: as the control plane's
  /// configuration says.
  public var awayAfterMilliseconds: UInt64?
  public var lostAfterMilliseconds: UInt64?
  /// Whether it fetches the files that steps are given (`StepSpecification.files`).
  public var takesFiles: Bool

  public init(
    version: String, bootID: String, node: Node, inventory: [InventoryEntry],
    awayAfterMilliseconds: UInt64? = nil, lostAfterMilliseconds: UInt64? = nil,
    takesFiles: Bool = false
  ) {
    self.version = version
    self.bootID = bootID
    self.node = node
    self.inventory = inventory
    self.awayAfterMilliseconds = awayAfterMilliseconds
    self.lostAfterMilliseconds = lostAfterMilliseconds
    self.takesFiles = takesFiles
  }

  public func encode(into encoder: inout WireEncoder) {
    encoder.field(1, version)
    encoder.field(2, bootID)
    encoder.field(3, WireNode(node))
    for entry in inventory { encoder.field(4, entry) }
    if let awayAfterMilliseconds { encoder.field(5, awayAfterMilliseconds) }
    if let lostAfterMilliseconds { encoder.field(6, lostAfterMilliseconds) }
    if takesFiles { encoder.field(7, true) }
  }

  public init(from decoder: inout WireDecoder) throws(WireError) {
    var node: Node?
    version = ""
    bootID = ""
    inventory = []
    takesFiles = false
    while let field = try decoder.next() {
      switch field.number {
      case 1: version = try field.text
      case 2: bootID = try field.text
      case 3: node = try WireNode(bytes: field.bytes).node
      case 4: inventory.append(try InventoryEntry(bytes: field.bytes))
      case 5: awayAfterMilliseconds = try field.unsigned
      case 6: lostAfterMilliseconds = try field.unsigned
      case 7: takesFiles = try field.bool
      default: continue
      }
    }
    self.node = try node.required("node")
  }
}

/// An assignment that an agent has a spool of.
public struct InventoryEntry: WireMessage {
  public var assignment: AssignmentID
  public var epoch: Epoch
  /// The spool's size in bytes when the agent said hello.
  public var spoolSize: Int64
  /// Whether the spool holds its final frame.
  public var ended: Bool

  public init(assignment: AssignmentID, epoch: Epoch, spoolSize: Int64, ended: Bool) {
    self.assignment = assignment
    self.epoch = epoch
    self.spoolSize = spoolSize
    self.ended = ended
  }

  public func encode(into encoder: inout WireEncoder) {
    encoder.field(1, assignment.number)
    encoder.field(2, epoch.number)
    encoder.field(3, spoolSize)
    encoder.field(4, ended)
  }

  public init(from decoder: inout WireDecoder) throws(WireError) {
    var assignment: Int64?
    var epoch: Int64?
    spoolSize = 0
    ended = false
    while let field = try decoder.next() {
      switch field.number {
      case 1: assignment = try field.signed
      case 2: epoch = try field.signed
      case 3: spoolSize = try field.signed
      case 4: ended = try field.bool
      default: continue
      }
    }
    self.assignment = AssignmentID(try assignment.required("assignment"))
    self.epoch = Epoch(try epoch.required("epoch"))
  }
}
