public import Model

/// A file that a step is given: the agent fetches it before the step starts and removes it when the step has ended.
public struct StepFile: WireMessage {
  /// The control plane's name of the file.
  public var id: String
  /// What stands for the file's path in arguments, environment, script and standard input.
  public var pathMarker: String
  /// The file's length in bytes.
  public var size: UInt64

  public init(id: String, pathMarker: String, size: UInt64) {
    self.id = id
    self.pathMarker = pathMarker
    self.size = size
  }

  public func encode(into encoder: inout WireEncoder) {
    encoder.field(1, id)
    encoder.field(2, pathMarker)
    encoder.field(3, size)
  }

  public init(from decoder: inout WireDecoder) throws(WireError) {
    var id: String?
    var pathMarker: String?
    size = 0
    while let field = try decoder.next() {
      switch field.number {
      case 1: id = try field.text
      case 2: pathMarker = try field.text
      case 3: size = try field.unsigned
      default: continue
      }
    }
    self.id = try id.required("file.id")
    self.pathMarker = try pathMarker.required("file.pathMarker")
  }
}

/// An agent asks for a piece of a file that one of its assignments is given.
public struct StepFileRequest: WireMessage {
  public var assignment: AssignmentID
  /// `StepFile.id`.
  public var file: String
  /// Where the piece begins: 0, then the end of the piece before.
  public var offset: Int64

  public init(assignment: AssignmentID, file: String, offset: Int64) {
    self.assignment = assignment
    self.file = file
    self.offset = offset
  }

  public func encode(into encoder: inout WireEncoder) {
    encoder.field(1, assignment.number)
    encoder.field(2, file)
    encoder.field(3, offset)
  }

  public init(from decoder: inout WireDecoder) throws(WireError) {
    var assignment: Int64?
    var file: String?
    offset = 0
    while let field = try decoder.next() {
      switch field.number {
      case 1: assignment = try field.signed
      case 2: file = try field.text
      case 3: offset = try field.signed
      default: continue
      }
    }
    self.assignment = AssignmentID(try assignment.required("fileRequest.assignment"))
    self.file = try file.required("fileRequest.file")
  }
}

/// A piece of a file; an empty one is behind its end.
public struct StepFilePiece: WireMessage {
  /// The most bytes that a piece has.
  public static let maximumBytes = 1 << 20

  public var content: [UInt8]

  public init(_ content: [UInt8]) { self.content = content }

  public func encode(into encoder: inout WireEncoder) {
    encoder.reserve(content.count + 16)
    encoder.field(1, content)
  }

  public init(from decoder: inout WireDecoder) throws(WireError) {
    content = []
    while let field = try decoder.next() {
      if field.number == 1 { content = Array(try field.bytes) }
    }
  }
}
