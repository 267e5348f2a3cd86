public import Model

/// An agent's first words: it has a one-time token and wants a credential.
public struct EnrolRequest: WireMessage {
  public var token: String
  /// The name that the agent wants to have as a node.
  public var name: String
  public var node: Node
  /// The agent's program version.
  public var version: String
  /// `/proc/sys/kernel/random/boot_id` of the agent's host.
  public var bootID: String

  public init(token: String, name: String, node: Node, version: String, bootID: String) {
    self.token = token
    self.name = name
    self.node = node
    self.version = version
    self.bootID = bootID
  }

  public func encode(into encoder: inout WireEncoder) {
    encoder.field(1, token)
    encoder.field(2, name)
    encoder.field(3, WireNode(node))
    encoder.field(4, version)
    encoder.field(5, bootID)
  }

  public init(from decoder: inout WireDecoder) throws(WireError) {
    var token: String?
    var name: String?
    var node: Node?
    version = ""
    bootID = ""
    while let field = try decoder.next() {
      switch field.number {
      case 1: token = try field.text
      case 2: name = try field.text
      case 3: node = try WireNode(bytes: field.bytes).node
      case 4: version = try field.text
      case 5: bootID = try field.text
      default: continue
      }
    }
    self.token = try token.required("token")
    self.name = try name.required("name")
    self.node = try node.required("node")
  }
}

/// The credential of an agent: from now on it sends `Authorization: Bearer AGENT:SECRET`.
public struct EnrolAnswer: WireMessage {
  public var agent: AgentID
  public var secret: String

  public init(agent: AgentID, secret: String) {
    self.agent = agent
    self.secret = secret
  }

  public func encode(into encoder: inout WireEncoder) {
    encoder.field(1, agent.text)
    encoder.field(2, secret)
  }

  public init(from decoder: inout WireDecoder) throws(WireError) {
    var agent: String?
    var secret: String?
    while let field = try decoder.next() {
      switch field.number {
      case 1: agent = try field.text
      case 2: secret = try field.text
      default: continue
      }
    }
    self.agent = AgentID(try agent.required("agent"))
    self.secret = try secret.required("secret")
  }
}

/// A node on the wire: its name, tags and attributes.
struct WireNode: WireMessage {
  let node: Node

  init(_ node: Node) { self.node = node }

  func encode(into encoder: inout WireEncoder) {
    encoder.field(1, node.name)
    for tag in node.tags.sorted() { encoder.field(2, tag) }
    for (name, value) in node.attributes.sorted(by: { $0.key < $1.key }) {
      encoder.field(3, WirePair(name: name, value: value))
    }
  }

  init(from decoder: inout WireDecoder) throws(WireError) {
    var name: String?
    var tags: Set<String> = []
    var attributes: [String: String] = [:]
    while let field = try decoder.next() {
      switch field.number {
      case 1: name = try field.text
      case 2: tags.insert(try field.text)
      case 3:
        let pair = try WirePair(bytes: field.bytes)
        attributes[pair.name] = pair.value
      default: continue
      }
    }
    node = Node(name: try name.required("node.name"), tags: tags, attributes: attributes)
  }
}

/// One entry of a dictionary on the wire.
struct WirePair: WireMessage {
  let name: String
  let value: String

  init(name: String, value: String) {
    self.name = name
    self.value = value
  }

  func encode(into encoder: inout WireEncoder) {
    encoder.field(1, name)
    encoder.field(2, value)
  }

  init(from decoder: inout WireDecoder) throws(WireError) {
    var name = ""
    var value = ""
    while let field = try decoder.next() {
      switch field.number {
      case 1: name = try field.text
      case 2: value = try field.text
      default: continue
      }
    }
    self.name = name
    self.value = value
  }
}
