/// How an agent is, in its own words: what its spools take, what its steps do, and what is in their way.
public struct AgentCondition: WireMessage {
  /// What all spools take on the disk in bytes.
  public var spoolBytes: UInt64
  /// What they may take together; nil: what the disk has.
  public var spoolLimit: UInt64?
  /// What is free on the spools' disk.
  public var freeBytes: UInt64
  /// What the agent leaves free on it.
  public var reserveBytes: UInt64
  /// Steps that run.
  public var running: UInt64
  /// Steps that were assigned and cannot start yet.
  public var waiting: UInt64
  /// Running steps whose output finds no room, so that they wait or lose it.
  public var blocked: UInt64
  /// How many steps may run at once; nil: any number.
  public var stepLimit: UInt64?
  /// Bytes of output that were not kept since the agent started.
  public var droppedBytes: UInt64
  /// What is in the steps' way, for people; empty when nothing is.
  public var reasons: [String]

  public init(
    spoolBytes: UInt64 = 0, spoolLimit: UInt64? = nil, freeBytes: UInt64 = 0,
    reserveBytes: UInt64 = 0, running: UInt64 = 0, waiting: UInt64 = 0, blocked: UInt64 = 0,
    stepLimit: UInt64? = nil, droppedBytes: UInt64 = 0, reasons: [String] = []
  ) {
    self.spoolBytes = spoolBytes
    self.spoolLimit = spoolLimit
    self.freeBytes = freeBytes
    self.reserveBytes = reserveBytes
    self.running = running
    self.waiting = waiting
    self.blocked = blocked
    self.stepLimit = stepLimit
    self.droppedBytes = droppedBytes
    self.reasons = reasons
  }

  public func encode(into encoder: inout WireEncoder) {
    encoder.field(1, spoolBytes)
    if let spoolLimit { encoder.field(2, spoolLimit) }
    encoder.field(3, freeBytes)
    encoder.field(4, reserveBytes)
    encoder.field(5, running)
    encoder.field(6, waiting)
    encoder.field(7, blocked)
    if let stepLimit { encoder.field(8, stepLimit) }
    encoder.field(9, droppedBytes)
    for reason in reasons { encoder.field(10, reason) }
  }

  public init(from decoder: inout WireDecoder) throws(WireError) {
    self.init()
    while let field = try decoder.next() {
      switch field.number {
      case 1: spoolBytes = try field.unsigned
      case 2: spoolLimit = try field.unsigned
      case 3: freeBytes = try field.unsigned
      case 4: reserveBytes = try field.unsigned
      case 5: running = try field.unsigned
      case 6: waiting = try field.unsigned
      case 7: blocked = try field.unsigned
      case 8: stepLimit = try field.unsigned
      case 9: droppedBytes = try field.unsigned
      case 10: reasons.append(try field.text)
      default: continue
      }
    }
  }
}
