import Cryptography
import Logs
import Model
import Spool
import Store

/// What a run of frames of one spool says. Pure.
struct SpoolScan: Sendable {
  /// Chunks are cut at the frame that passes this many bytes.
  static let chunkBytes = 1 << 20

  /// The offsets that a spool can have; a piece at another one says nothing.
  private static let offsets = Int64(0)...(1 << 60)

  /// A run of frames for one chunk.
  struct Run: Sendable {
    var bytes: ArraySlice<UInt8>
    var offset: Int64
    var lines: Int64 = 0
    /// Bytes of the lines.
    var content: Int64 = 0
    var hasOutput = false
    /// SHA-256 of `bytes`; nil where no chunk is made of them as they are.
    var digest: [UInt8]?

    /// The spool offset after it.
    var end: Int64 { offset + Int64(bytes.count) }
  }

  let start: Int64
  /// The spool offset after the last whole frame.
  private(set) var end: Int64
  private(set) var runs: [Run] = []
  /// The bytes that no run has: what cannot be read, and frames of kinds that only later versions know.
  private(set) var unread: [Range<Int64>] = []
  private(set) var startedAt: Instant?
  private(set) var outcome: AssignmentOutcome?
  private(set) var endedAt: Instant?
  /// The processes that were still there after a kill, when the frames say so, and when that was.
  private(set) var survivors: (processes: String, at: Instant)?
  /// Whether a frame could not be read; then `outcome` says so.
  private(set) var isDamaged = false
  private var lastTime = Instant(microseconds: 0)

  /// When the newest of its frames was written.
  var time: Instant { lastTime }

  /// Reads the whole frames of `bytes`, which begin at spool offset `offset`. Frames that end at or
  /// before `skipping` are left out. A frame that cannot be read, or that `skipping` is inside of, is
  /// damage, and damage ends the assignment as lost: nothing behind it can be trusted.
  init(_ bytes: ArraySlice<UInt8>, at offset: Int64, skipping: Int64 = 0) {
    start = offset
    end = offset
    guard Self.offsets.contains(offset) else { return }
    var reader = FrameReader(bytes, base: Int(offset))
    var run: Run?
    do throws(SpoolError) {
      while let frame = try reader.next() {
        let begin = end
        end = offset + Int64(reader.consumed)
        if end <= skipping { continue }
        if begin < skipping { throw .badPayload(frame.kind) }
        try take(frame)
        let slice = bytes.dropFirst(Int(begin - offset)).prefix(Int(end - begin))
        if var open = run, open.bytes.count + slice.count <= Self.chunkBytes {
          open.bytes = bytes[open.bytes.startIndex..<slice.endIndex]
          run = open
        } else {
          if let run { runs.append(run) }
          run = Run(bytes: slice, offset: begin)
        }
        if frame.isLogged {
          run?.hasOutput = true
          run?.lines += frame.logLines
          run?.content += Int64(frame.payload.count)
        }
      }
      passUnknown(until: offset + Int64(reader.consumed), skipping)
    } catch {
      let readable = offset + Int64(reader.consumed)
      outcome = .lost(reason: "The spool cannot be read behind byte \(readable): \(error)")
      end = offset + Int64(bytes.count)
      unread.append(max(run?.end ?? start, skipping)..<end)
      endedAt = lastTime
      isDamaged = true
    }
    if let run { runs.append(run) }
    // Here, where reports are read side by side, and not in the transaction that all of them share.
    for index in runs.indices where runs[index].hasOutput {
      runs[index].digest = Digest.sha256(runs[index].bytes)
    }
  }

  private mutating func passUnknown(until consumed: Int64, _ skipping: Int64) {
    let from = max(end, skipping)
    if consumed > from { unread.append(from..<consumed) }
    end = max(end, consumed)
  }

  private mutating func take(_ frame: Frame) throws(SpoolError) {
    let time = Instant(microseconds: frame.time)
    lastTime = time
    switch frame.kind {
    case .accepted, .stdout, .stderr, .notice, .server: return
    case .dropped: _ = try DroppedPayload(frame.payload)
    case .unconfirmed: survivors = (Self.reason(frame), time)
    case .started: startedAt = time
    case .ended: finish(AssignmentOutcome(try EndedPayload(frame.payload)), at: time)
    case .lost: finish(.lost(reason: Self.reason(frame)), at: time)
    case .notStarted: finish(.notStarted(message: Self.reason(frame)), at: time)
    }
  }

  /// A frame's text as a reason that columns can keep: of bounded length, and without U+0000, which
  /// PostgreSQL's texts cannot hold.
  private static func reason(_ frame: Frame) -> String { storable(frame.payload) }

  fileprivate static func storable(_ bytes: some Sequence<UInt8>) -> String {
    String(decoding: bytes.prefix(4096).map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self)
  }

  private mutating func finish(_ outcome: AssignmentOutcome, at time: Instant) {
    self.outcome = outcome
    endedAt = time
  }
}

extension AssignmentOutcome {
  init(_ payload: EndedPayload) {
    switch payload.reason {
    case .killed: self = .killed
    case .timedOut: self = .timedOut
    case .limitExceeded: self = .limitExceeded(SpoolScan.storable(payload.limit.utf8))
    case .exited where payload.signal != 0: self = .signalled(signal: payload.signal)
    case .exited: self = .exited(code: payload.exitCode)
    }
  }
}
