import Glibc
import Model
import Spool

/// A step that the agent has a spool of: running, or ended and not yet stored by the control plane.
struct HeldStep {
  let assignment: AssignmentID
  let execution: ExecutionID
  var epoch: Epoch
  /// The spool. For a step that this agent started it is the very file description that the supervisor has, with
  /// the lock: the lock matters only to the agent's next life.
  let file: Int32
  /// The supervisor, or -1 when it is gone or not known yet.
  var supervisor: Int32 = -1
  /// The supervisor's process number when it is this agent's child and not collected yet, else 0.
  var child: pid_t = 0
  /// Up to where the control plane is known to have it; always between two frames.
  var offset = Int64(SpoolFile.firstOffset)
  /// Where the next report goes on: ahead of `offset` while reports are on their way.
  var sent = Int64(SpoolFile.firstOffset)
  /// How many reports with a piece of it are on their way.
  var reports = 0
  /// Whether nothing was shipped since this agent's start, so that the stored offset is not known.
  var isProbing = false
  /// Whether it stands in the list of those that the next report takes up.
  var isDirty = false
  /// Whether the final frame is in the spool.
  var isFinal = false
  /// Whether the spool goes as soon as the supervisor has gone.
  var isUnwanted = false
  /// Whether it was started so recently that its first frames wait for each other.
  var isYoung = false
  /// The final frame that a full disk did not take.
  var unwritten: Frame?
  /// Where a `lost` frame stands that was written after the host had died: the control plane may have got more than the
  /// disk kept.
  var lostAt: Int64?
  /// The supervisor's process number, or 0 when it is not known.
  var process: pid_t = 0
  /// Whether the spool says that the step runs.
  var hasStarted = false
  /// Up to where the spool's disk blocks were given back; always between two frames.
  var kept = Int64(SpoolFile.firstOffset)
  /// Whether room is so short that what is stored gives its blocks back at once.
  var isTight = false
  /// Up to where the spool may grow, when there is such a limit.
  var growsTo: Int64?
  /// The size at the latest beat, and whether it stays there because there is no room for more.
  var sizeAtBeat: Int64 = -1
  var isBlocked = false
  /// Up to where `dropped` frames were counted.
  var countedTo: Int64 = 0
  /// A kill that waits until the supervisor is known, with its grace in milliseconds.
  var pendingKill: Int32?

  /// What must be waiting before a spool goes into a second report while the first is on its way. Little output waits
  /// for the answer and goes as one piece; much output keeps the control plane busy while it stores.
  static let ahead = Int64(1 << 20)

  /// Whether a report may take up what is there.
  var mayShip: Bool {
    reports == 0 || (reports == 1 && !isProbing && size - sent >= Self.ahead)
  }

  /// What the control plane answered to a piece: it has the spool up to `stored`. A piece that is not in there wholly
  /// (it overtook the one before it, or the store went back) is sent again.
  mutating func acknowledge(_ stored: Int64, of piece: OutgoingReport.Piece) {
    let stored = min(max(stored, Int64(SpoolFile.firstOffset)), size)
    offset = stored < piece.end ? stored : max(offset, stored)
    sent = stored < piece.end ? stored : max(sent, offset)
  }

  var size: Int64 {
    var status = stat()
    return fstat(file, &status) == 0 ? Int64(status.st_size) : 0
  }

  /// What counts as taken of the room for all: what is not stored yet. An ended step's spool gives its blocks back in
  /// the end, whatever happens, and counts with all of them until then.
  var unstored: UInt64 {
    isFinal ? blocks : min(blocks, UInt64(clamping: size - offset))
  }

  /// Up to where the spool may grow however short the room is; nil while there are frames that are not stored.
  ///
  /// Steps that were held back in the middle of a frame could fill the room with parts that cannot be shipped.
  var leastGrowth: Int64? {
    guard offset > Int64(SpoolFile.firstOffset), reports == 0, !isDirty else { return nil }
    var header = [UInt8](repeating: 0, count: FrameHeader.size)
    guard pread(file, &header, header.count, off_t(offset)) == header.count,
      let length = header.withUnsafeBytes({ try? FrameHeader.payloadLength(in: $0, at: 0) })
    else { return offset + Self.least }
    return offset + Int64(FrameHeader.size + length) + Self.least
  }

  private static let least = Int64(64 << 10)

  /// What the spool takes on the disk.
  var blocks: UInt64 {
    var status = stat()
    return fstat(file, &status) == 0 ? UInt64(clamping: status.st_blocks) * 512 : 0
  }
}
