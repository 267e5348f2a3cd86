public import Model

/// New bytes of some spools, and now and then how the agent is.
public struct Report: WireMessage {
  /// The largest sum of `SpoolPiece.bytes` in one report.
  public static let maximumBytes = 4 << 20

  public var pieces: [SpoolPiece]
  /// What has changed since the agent said it last, at most every ten seconds.
  public var condition: AgentCondition?

  public init(pieces: [SpoolPiece], condition: AgentCondition? = nil) {
    self.pieces = pieces
    self.condition = condition
  }

  /// Each piece takes two fields, its header and then its bytes, so that the bytes are copied once.
  public func encode(into encoder: inout WireEncoder) {
    encoder.reserve(pieces.reduce(0) { $0 + $1.bytes.count + 64 })
    for piece in pieces {
      encoder.field(1, SpoolPieceHeader(piece))
      encoder.field(2, piece.bytes)
    }
    if let condition { encoder.field(3, condition) }
  }

  public init(from decoder: inout WireDecoder) throws(WireError) {
    pieces = []
    while let field = try decoder.next() {
      switch field.number {
      case 1: pieces.append(try SpoolPieceHeader(bytes: field.bytes).piece)
      case 2:
        guard !pieces.isEmpty else { throw .missing("report.piece") }
        pieces[pieces.count - 1].bytes = try field.bytes
      case 3: condition = try AgentCondition(bytes: field.bytes)
      default: continue
      }
    }
  }
}

/// Whole frames of one spool.
public struct SpoolPiece: Sendable, Hashable {
  public var assignment: AssignmentID
  public var epoch: Epoch
  /// Where in the spool `bytes` begin.
  public var offset: Int64
  /// A decoded piece's bytes are a slice of the report's.
  public var bytes: ArraySlice<UInt8>

  public init(
    assignment: AssignmentID, epoch: Epoch, offset: Int64, bytes: ArraySlice<UInt8>
  ) {
    self.assignment = assignment
    self.epoch = epoch
    self.offset = offset
    self.bytes = bytes
  }
}

/// All of a piece but its bytes.
private struct SpoolPieceHeader: WireMessage {
  let piece: SpoolPiece

  init(_ piece: SpoolPiece) { self.piece = piece }

  func encode(into encoder: inout WireEncoder) {
    encoder.field(1, piece.assignment.number)
    encoder.field(2, piece.epoch.number)
    encoder.field(3, piece.offset)
  }

  init(from decoder: inout WireDecoder) throws(WireError) {
    var assignment: Int64?
    var epoch: Int64?
    var offset: Int64?
    while let field = try decoder.next() {
      switch field.number {
      case 1: assignment = try field.signed
      case 2: epoch = try field.signed
      case 3: offset = try field.signed
      default: continue
      }
    }
    piece = SpoolPiece(
      assignment: AssignmentID(try assignment.required("piece.assignment")),
      epoch: Epoch(try epoch.required("piece.epoch")),
      offset: try offset.required("piece.offset"), bytes: [])
  }
}

/// What the control plane has of the spools that a report named.
public struct ReportAnswer: WireMessage {
  public var acks: [SpoolAck]

  public init(acks: [SpoolAck]) { self.acks = acks }

  public func encode(into encoder: inout WireEncoder) {
    for ack in acks { encoder.field(1, ack) }
  }

  public init(from decoder: inout WireDecoder) throws(WireError) {
    acks = []
    while let field = try decoder.next() {
      if field.number == 1 { acks.append(try SpoolAck(bytes: field.bytes)) }
    }
  }
}

/// How much of a spool is durable in the store.
public struct SpoolAck: WireMessage {
  public var assignment: AssignmentID
  /// Everything before this spool offset is stored; the agent goes on from here.
  public var offset: Int64
  /// The agent may delete the spool.
  public var forget: Bool

  public init(assignment: AssignmentID, offset: Int64, forget: Bool) {
    self.assignment = assignment
    self.offset = offset
    self.forget = forget
  }

  public func encode(into encoder: inout WireEncoder) {
    encoder.field(1, assignment.number)
    encoder.field(2, offset)
    encoder.field(3, forget)
  }

  public init(from decoder: inout WireDecoder) throws(WireError) {
    var assignment: Int64?
    offset = 0
    forget = false
    while let field = try decoder.next() {
      switch field.number {
      case 1: assignment = try field.signed
      case 2: offset = try field.signed
      case 3: forget = try field.bool
      default: continue
      }
    }
    self.assignment = AssignmentID(try assignment.required("ack.assignment"))
  }
}
