import Model
import Testing
import Wire

@Suite struct WireMessageTests {
  static let node = Node(
    name: "n1", tags: ["a", "b"], attributes: ["hostname": "h", "free": "ü = 1"])
  static let specification = StepSpecification(
    arguments: ["sh", "-c", "echo \0", ""], script: [1, 0, 255], scriptExtension: "sh",
    environment: ["A": "1", "B": ""], workingDirectory: "/tmp", standardInput: [],
    graceMilliseconds: 7, timeoutMilliseconds: .max, project: "p", runAs: "deploy",
    limits: StepLimits(
      memoryBytes: 1, cpuPermille: 2, cpuSeconds: 3, processes: 4, openFiles: 5, fileBytes: .max),
    leavesChildren: true, secrets: [[1, 2, 3], [], [255]])
  static let assignment = Assignment(
    id: AssignmentID(-3), execution: ExecutionID(.max), epoch: Epoch(2),
    specification: specification)

  static let commands: [Command] = [
    .welcome(member: MemberID("m"), pingIntervalMilliseconds: 10_000), .assign(assignment),
    .kill(
      assignment: AssignmentID(1), execution: ExecutionID(2), epoch: Epoch(3),
      graceMilliseconds: 0), .forget(AssignmentID(9)), .ping, .goodbye,
    .adopted(execution: ExecutionID(.max), epoch: Epoch(4)),
  ]

  func survives<M: WireMessage>(_ message: M) throws {
    #expect(try M(bytes: message.bytes) == message)
  }

  @Test func `every message survives the wire`() throws {
    try survives(
      EnrolRequest(token: "t", name: "n", node: Self.node, version: "1", bootID: "b"))
    try survives(EnrolAnswer(agent: AgentID("a"), secret: "s"))
    let entry = InventoryEntry(
      assignment: AssignmentID(1), epoch: Epoch(1), spoolSize: 1 << 40, ended: true)
    try survives(Hello(version: "1", bootID: "b", node: Self.node, inventory: [entry, entry]))
    try survives(Hello(version: "1", bootID: "b", node: Self.node, inventory: []))
    try survives(
      Hello(
        version: "1", bootID: "b", node: Self.node, inventory: [], awayAfterMilliseconds: 1,
        lostAfterMilliseconds: .max, takesFiles: true))
    let file = StepFile(id: "key", pathMarker: "/x/key", size: .max)
    try survives(StepSpecification(arguments: ["true"], files: [file, file]))
    try survives(StepFileRequest(assignment: AssignmentID(4), file: "key", offset: 1 << 40))
    try survives(StepFilePiece([0, 255]))
    try survives(StepFilePiece([]))
    try survives(
      Report(
        pieces: [],
        condition: AgentCondition(
          spoolBytes: 1, spoolLimit: 2, freeBytes: 3, reserveBytes: 4, running: 5, waiting: 6,
          blocked: 7, stepLimit: 8, droppedBytes: 9, reasons: ["a", "b"])))
    try survives(Report(pieces: [], condition: AgentCondition()))
    try survives(
      ReportAnswer(acks: [SpoolAck(assignment: AssignmentID(5), offset: 8, forget: true)]))
    for command in Self.commands { try survives(command) }
  }

  @Test func `a specification of an older version has no limits and no secrets`() throws {
    let least = StepSpecification(arguments: ["true"])
    let read = try StepSpecification(bytes: least.bytes)
    #expect(read == least)
    #expect(
      read.limits.isEmpty && read.secrets.isEmpty && read.files.isEmpty && !read.leavesChildren)
  }

  @Test func `of two limits the lower one counts, and one alone counts`() {
    let job = StepLimits(memoryBytes: 10, processes: 5)
    let agent = StepLimits(memoryBytes: 20, openFiles: 7, fileBytes: 0)
    let both = StepLimits(memoryBytes: 10, processes: 5, openFiles: 7, fileBytes: 0)
    #expect(job.stricter(agent) == both)
    #expect(agent.stricter(job) == both)
  }

  @Test func `a report's pieces keep their bytes and their order`() throws {
    let pieces = (0..<5).map { number in
      SpoolPiece(
        assignment: AssignmentID(number), epoch: Epoch(1), offset: number * 100,
        bytes: ArraySlice(repeating: UInt8(number), count: Int(number) * 1000))
    }
    try survives(Report(pieces: pieces))
  }

  @Test func `an unknown field is skipped`() throws {
    var encoder = WireEncoder()
    encoder.field(99, "later")
    EnrolAnswer(agent: AgentID("a"), secret: "s").encode(into: &encoder)
    encoder.field(98, UInt64.max)
    #expect(try EnrolAnswer(bytes: encoder.bytes).secret == "s")
  }

  @Test func `a message that is cut anywhere is refused and never misread`() {
    let bytes = Self.assignment.bytes
    for cut in 0..<bytes.count {
      #expect(throws: WireError.self) { try Assignment(bytes: Array(bytes[..<cut])) }
    }
  }

  @Test func `a missing field is named`() {
    #expect(throws: WireError.missing("secret")) {
      var encoder = WireEncoder()
      encoder.field(1, "agent")
      _ = try EnrolAnswer(bytes: encoder.bytes)
    }
  }

  @Test func `text that is no UTF-8 is refused`() {
    var encoder = WireEncoder()
    encoder.field(1, [0xff, 0xfe] as [UInt8])
    let bytes = encoder.bytes
    #expect(throws: WireError.notText(field: 1)) { try EnrolAnswer(bytes: bytes) }
  }

  @Test func `a number of more than 64 bits is refused`() {
    let bytes: [UInt8] = [2 << 1] + Array(repeating: 0xff, count: 10) + [1]
    #expect(throws: WireError.overlongNumber) { try ReportAnswer(bytes: bytes) }
  }

  @Test(arguments: [1, 2, 3, 7, 1000])
  func `commands come out of the stream whole, however it is cut`(size: Int) throws {
    let bytes = Self.commands.flatMap(CommandFraming.frame)
    var framing = CommandFraming()
    var received: [Command] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      received += try framing.receive(bytes[start..<min(start + size, bytes.count)])
    }
    #expect(received == Self.commands)
  }

  @Test func `a command of a later version is left out and the stream goes on`() throws {
    var encoder = WireEncoder()
    encoder.field(1, UInt64(77))
    let unknown = [UInt8(encoder.bytes.count), 0, 0, 0] + encoder.bytes
    var framing = CommandFraming()
    #expect(try framing.receive(unknown + CommandFraming.frame(.ping)) == [.ping])
  }

  @Test func `a length that no command has ends the stream`() {
    var framing = CommandFraming()
    #expect(throws: WireError.self) { try framing.receive([255, 255, 255, 255] as [UInt8]) }
  }
}
