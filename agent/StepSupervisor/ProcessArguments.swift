import Glibc

/// Texts as C wants them: null-terminated, in a null-terminated array. They live as long as this.
struct CTexts: ~Copyable {
  private let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let count: Int

  init(_ texts: [String]) {
    count = texts.count
    pointers = .allocate(capacity: count + 1)
    for index in 0..<count { (pointers + index).initialize(to: strdup(texts[index])) }
    (pointers + count).initialize(to: nil)
  }

  deinit {
    for index in 0..<count { free(pointers[index]) }
    pointers.deallocate()
  }

  /// The array.
  var array: UnsafePointer<UnsafeMutablePointer<CChar>?> { UnsafePointer(pointers) }
}

extension StepOrder {
  /// Where the program may be, in the order in which it is looked for.
  var programs: [String] {
    let name = arguments[0]
    guard !name.utf8.contains(0x2f), !name.isEmpty else { return [name] }
    return searchPath.utf8.split(separator: 0x3a, omittingEmptySubsequences: false).map {
      $0.isEmpty ? "./\(name)" : "\(Substring($0))/\(name)"
    }
  }

  private var searchPath: String {
    for entry in environment where entry.hasPrefix("PATH=") { return String(entry.dropFirst(5)) }
    return getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
  }

  /// The environment with what the credentials say in it.
  var fullEnvironment: [String] {
    guard let credentials else { return environment }
    let own = ["HOME=", "USER=", "LOGNAME="]
    return environment.filter { entry in !own.contains { entry.hasPrefix($0) } } + [
      "HOME=\(credentials.home)", "USER=\(credentials.name)", "LOGNAME=\(credentials.name)",
    ]
  }
}
