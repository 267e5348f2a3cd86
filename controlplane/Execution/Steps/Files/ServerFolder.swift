import Glibc

/// Which files of a folder are to be copied.
struct CopyWish: Sendable, Hashable {
  var source: String
  var pattern: String?
  var isRecursive: Bool
}

/// A file or folder on its way to a node.
struct CopiedFile: Sendable, Hashable {
  /// Relative to the destination.
  var path: String
  /// Nil for a folder.
  var bytes: [UInt8]?
  var permissions: UInt32
  /// Seconds since 1970.
  var modified: Int64
}

/// Gathers what a step copies, within bounds. Its calls block.
struct ServerFolder {
  /// The most files and folders, and how deep they may lie.
  static let mostEntries = 10_000
  static let deepest = 64

  private let rules: ServerFileRules
  private let limit: Int
  private var room: Int
  private var looked = 0
  private var found: [CopiedFile] = []

  init(rules: ServerFileRules, room: Int) {
    self.rules = rules
    limit = room
    self.room = room
  }

  /// The files of a wish, by their paths.
  ///
  /// - A file without a pattern is that file, named after its last part.
  /// - A folder with `isRecursive` is everything in it.
  /// - A pattern names files by their path within the folder; with `isRecursive` a folder that it names comes with
  ///   everything in it, without it folders are passed over.
  ///
  /// Throws `StepFailure` when there is nothing to copy, when it is too much, and for what cannot be read.
  mutating func gather(_ wish: CopyWish) throws(StepFailure) -> [CopiedFile] {
    var source = wish.source
    while source.count > 1, source.hasSuffix("/") { source.removeLast() }
    if let text = wish.pattern {
      try walk(source, []) { path, isFolder in
        PathPattern(text).matches(path) ? (isFolder && !wish.isRecursive ? .look : .take) : .look
      }
    } else if wish.isRecursive, Self.isFolder(source) {
      try walk(source, []) { _, _ in .take }
    } else {
      try take(
        source,
        [
          String(
            source[(source.lastIndex(of: "/").map(source.index(after:)) ?? source.startIndex)...])
        ])
    }
    guard !found.isEmpty else {
      throw .unreadable(source, "nothing there matches \(wish.pattern ?? "the step")")
    }
    return found
  }

  private enum Choice { case take, look }

  /// Goes through a folder in the order of names. What is below a folder that is taken is taken too.
  private mutating func walk(
    _ folder: String, _ path: [String], isTaken: Bool = false,
    _ choice: ([String], Bool) -> Choice
  ) throws(StepFailure) {
    for name in try names(in: folder) {
      looked += 1
      guard looked <= Self.mostEntries, path.count < Self.deepest else {
        throw .unreadable(
          folder, "there are more than \(Self.mostEntries) entries, or they lie too deep")
      }
      let (place, inner) = (folder + "/" + name, path + [name])
      let isFolder = Self.isFolder(place)
      let takes = isTaken || choice(inner, isFolder) == .take
      if isFolder {
        if takes { takeFolder(place, inner) }
        try walk(place, inner, isTaken: takes, choice)
      } else if takes {
        try take(place, inner)
      }
    }
  }

  private func names(in folder: String) throws(StepFailure) -> [String] {
    guard folder.hasPrefix("/"), let stream = opendir(folder) else {
      throw .unreadable(folder, "it is no folder that can be listed")
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
      guard names.count <= Self.mostEntries else { break }
    }
    return names.sorted()
  }

  private mutating func take(_ place: String, _ path: [String]) throws(StepFailure) {
    let file = try ServerFile(place, rules)
    guard file.size <= room else {
      throw .unreadable(
        place, "all files together are larger than \(limit) bytes, the most that a step may copy")
    }
    let bytes = try file.bytes(limit: room)
    room -= bytes.count
    found.append(
      CopiedFile(
        path: path.joined(separator: "/"), bytes: bytes, permissions: file.permissions,
        modified: file.modified))
  }

  private mutating func takeFolder(_ place: String, _ path: [String]) {
    var status = stat()
    guard stat(place, &status) == 0 else { return }
    found.append(
      CopiedFile(
        path: path.joined(separator: "/"), bytes: nil, permissions: status.st_mode & 0o777,
        modified: Int64(status.st_mtim.tv_sec)))
  }

  /// A symbolic link to a folder is none: it could lead round in circles.
  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
