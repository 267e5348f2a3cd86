import Glibc
import Model

/// Remembers which assignments are finished for a day, so that a late duplicate never starts a step twice.
///
/// One file an hour, 8 bytes an assignment; only the latest few thousand are in memory. An assignment whose
/// number is larger than every one that has left the memory needs no look at the files, and that is nearly every
/// new one: numbers grow.
struct FinishedAssignments {
  static let keptHours: Int64 = 24
  static let kept = 4096

  private let directory: String
  private var recent: Set<Int64> = []
  private var order: [Int64] = []
  private var oldest = 0
  /// The largest number that is known from the files alone.
  private var floor: Int64 = .min
  private var hour: Int64 = -1
  private var file: Int32 = -1

  /// Opens the memory in `directory`, which exists.
  init(directory: String) {
    self.directory = directory
    for hour in Self.hours(in: directory) {
      Self.each(in: path(hour)) { floor = max(floor, $0) }
    }
  }

  /// Remembers an assignment; `now` in seconds since 1970.
  mutating func insert(_ assignment: AssignmentID, now: Int64) throws(SystemError) {
    try turn(to: now / 3600)
    var number = assignment.number.littleEndian
    guard write(file, &number, 8) == 8 else { throw SystemError(path(hour)) }
    guard recent.insert(assignment.number).inserted else { return }
    if order.count < Self.kept {
      order.append(assignment.number)
      return
    }
    floor = max(floor, order[oldest])
    recent.remove(order[oldest])
    order[oldest] = assignment.number
    oldest = (oldest + 1) % Self.kept
  }

  /// Whether an assignment finished here within the last day.
  func contains(_ assignment: AssignmentID) -> Bool {
    if recent.contains(assignment.number) { return true }
    guard assignment.number <= floor else { return false }
    var found = false
    for hour in Self.hours(in: directory) {
      Self.each(in: path(hour)) { found = found || $0 == assignment.number }
    }
    return found
  }

  private func path(_ hour: Int64) -> String { "\(directory)/finished-\(hour)" }

  /// Goes on to another hour's file and deletes those that are too old.
  private mutating func turn(to newHour: Int64) throws(SystemError) {
    guard newHour != hour || file < 0 else { return }
    if file >= 0 { _ = close(file) }
    file = open(path(newHour), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw SystemError(path(newHour)) }
    hour = newHour
    for old in Self.hours(in: directory) where old < newHour - Self.keptHours {
      _ = unlink(path(old))
    }
  }

  private static func hours(in directory: String) -> [Int64] {
    DirectoryListing.names(in: directory).compactMap {
      $0.hasPrefix("finished-") ? Int64($0.dropFirst(9)) : nil
    }
  }

  private static func each(in path: String, _ body: (Int64) -> Void) {
    guard let bytes = try? SmallFile.read(path) else { return }
    bytes.withUnsafeBytes { raw in
      for offset in stride(from: 0, through: raw.count - 8, by: 8) {
        body(Int64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: Int64.self)))
      }
    }
  }
}

/// The names in a directory.
enum DirectoryListing {
  static func names(in path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
