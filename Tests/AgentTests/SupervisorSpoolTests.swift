import CLinux
import Glibc
import Spool
import StepSupervisor
import TestSupport
import Testing

/// A spool that may not grow, by its limit or because its disk is full.
@Suite(.timeLimit(.minutes(10))) struct SupervisorSpoolTests {
  private static let lines = (1...200_000).map { "\($0)\n" }.joined()

  private func order(
    _ text: String, limit: UInt64? = nil, truncating: Bool = false
  ) -> StepOrder {
    .shell(text) {
      $0.spoolLimit = limit
      $0.isTruncating = truncating
      $0.graceMilliseconds = 10
    }
  }

  @Test func `a truncating step ends, and what was kept and what was not make the whole`()
    async throws
  {
    let step = try SupervisedStep(
      order("seq 1 200000; echo end >&2; exit 5", limit: 400_000, truncating: true))
    let frames = try await step.finished()
    let kept = frames.bytes(.stdout)
    #expect(kept.count > 100_000 && Self.isWhole(frames))
    #expect(
      frames.bytes(.stderr).count + kept.count + frames.droppedBytes == Self.lines.utf8.count + 4)
    #expect(frames.end == EndedPayload(exitCode: 5, signal: 0, reason: .exited))
    #expect(fileBytes(step.spool).count <= 400_000)
  }

  /// Whether each piece that was kept stands where the pieces and marks before it say.
  private static func isWhole(_ frames: [Frame]) -> Bool {
    let lines = Array(lines.utf8)
    var position = 0
    for frame in frames {
      switch frame.kind {
      case .stdout:
        let end = position + frame.payload.count
        guard end <= lines.count, lines[position..<end].elementsEqual(frame.payload) else {
          return false
        }
        position = end
      case .dropped:
        position += ((try? DroppedPayload(frame.payload).count).map { Int($0) } ?? 0)
      default: continue
      }
    }
    return true
  }

  @Test func `a step at its limit waits, and goes on when what was shipped makes room`()
    async throws
  {
    let step = try SupervisedStep(order("seq 1 200000; exit 5", limit: 400_000))
    var shipped: [UInt8] = []
    try await waitUntil("the last frame is shipped") {
      let bytes = fileBytes(step.spool)
      shipped += bytes[min(shipped.count, bytes.count)...]
      // The agent's part: what was shipped is not needed on the disk any more.
      punch(step.spool, upTo: shipped.count)
      return try endsFinally(shipped)
    }
    let frames = try FrameReader.frames(in: shipped.dropFirst(8))
    #expect(frames.bytes(.stdout) == Array(Self.lines.utf8))
    #expect(frames.end?.exitCode == 5 && frames.droppedBytes == 0)
  }

  private func endsFinally(_ bytes: [UInt8]) throws -> Bool {
    var reader = FrameReader(bytes.dropFirst(8))
    var last: FrameHeader?
    while let header = try reader.nextHeader() { last = header }
    return last?.kind.isFinal == true
  }

  private func punch(_ path: String, upTo end: Int) {
    let file = open(path, O_RDWR | O_CLOEXEC)
    defer { close(file) }
    if end >= 4096 { #expect(qd_punch(file, 0, end & ~4095) == 0) }
  }

  @Test func `a step that waits at its limit can be killed, and its end is told`() async throws {
    let step = try SupervisedStep(order("echo $$ >&2; seq 1 200000", limit: 200_000))
    let running = try await step.frames { $0.bytes(.stdout).count > 100_000 }.lines(.stderr)
    step.end(grace: 10)
    let frames = try await step.finished()
    #expect(frames.end?.reason == .killed && frames.droppedBytes > 0)
    #expect(frames.dropLast().last?.kind == .dropped)
    #expect(!isThere(try #require(running.first.flatMap { pid_t($0) })))
  }

  @Test(.enabled(if: geteuid() == 0, "only root may mount"), arguments: [true, false])
  func `on a full disk output waits or is dropped, and the end is told`(truncating: Bool)
    async throws
  {
    try await onSmallDisk { disk in
      let step = try SupervisedStep(order("seq 1 200000", truncating: truncating), in: disk)
      if !truncating {
        _ = try await step.frames { $0.bytes(.stdout).count > 400_000 }
        step.end(grace: 10)
      }
      let frames = try await step.finished()
      #expect(frames.end?.reason == (truncating ? .exited : .killed))
      #expect(frames.droppedBytes > 0 && frames.bytes(.stdout).count > 400_000)
      #expect(Self.lines.utf8.starts(with: frames.bytes(.stdout)))
    }
  }

  @Test(.enabled(if: geteuid() == 0, "only root may mount"), arguments: [true, false])
  func `when there is room again output goes on, behind the mark`(truncating: Bool) async throws {
    try await onSmallDisk { disk in
      let ballast = "\(disk)/ballast"
      fill(ballast, 400 << 10)
      mkfifo("\(disk)/go", 0o600)
      // What is dropped is more than the disk and the pipe hold; what waits fits when the ballast is gone.
      let count = truncating ? 200_000 : 60_000
      let text = "seq 1 \(count); read x < \(disk)/go; seq \(count + 1) \(count + 5000)"
      let step = try SupervisedStep(order(text, truncating: truncating), in: disk)
      if !truncating {
        _ = try await step.frames { $0.bytes(.stdout).count > 100_000 }
        unlink(ballast)
      }
      let go = try await openedByReader("\(disk)/go")
      unlink(ballast)
      _ = write(go, "x\n", 2)
      close(go)
      let frames = try await step.finished()
      let all = (1...count + 5000).map { "\($0)\n" }.joined()
      #expect(frames.bytes(.stdout).count + frames.droppedBytes == all.utf8.count)
      #expect(truncating == (frames.droppedBytes > 0))
      #expect(frames.lines(.stdout).last == "\(count + 5000)")
      #expect(frames.end?.reason == .exited)
    }
  }

  private func fill(_ path: String, _ count: Int) {
    let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    let block = [UInt8](repeating: 1, count: count)
    _ = write(file, block, count)
    close(file)
  }

  /// A disk of 704 KiB.
  private func onSmallDisk(_ body: (String) async throws -> Void) async throws {
    var template = Array("/tmp/quarterdeck-disk-XXXXXX".utf8CString)
    let disk = String(cString: mkdtemp(&template))
    try #require(mount("tmpfs", disk, "tmpfs", 0, "size=704k") == 0)
    defer {
      umount2(disk, Int32(MNT_DETACH))
      rmdir(disk)
    }
    try await body(disk)
  }
}
