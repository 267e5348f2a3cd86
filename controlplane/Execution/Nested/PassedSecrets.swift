import Model

/// What the arguments of a job reference give to secure options of the job that is referred to, by its options' names.
///
/// A secure option is passed on to an option of its own kind only: an exposed one to an exposed one, one for
/// authentication to one for authentication. Plain options are passed to plain ones.
struct PassedSecrets: Sendable, Hashable {
  private var exposed: [String: String] = [:]
  private var hidden: [String: String] = [:]
  /// All options that the arguments name.
  private(set) var named: Set<String> = []

  init() {}

  /// The value for a secure option; nil where the arguments have none for its kind.
  func value(of option: JobOption) -> String? {
    option.valueExposed ? exposed[option.name] : hidden[option.name]
  }

  fileprivate mutating func put(_ value: String, for name: String, isExposed: Bool) {
    if isExposed { exposed[name] = value } else { hidden[name] = value }
  }
}

extension PassedSecrets {
  /// What `arguments` means for secure options, in the context of the job that refers. A line that is no pairs of names
  /// and values has nothing for them; whoever reads it for the plain options says so.
  init(_ arguments: String, in step: StepInContext) throws(ExpansionOverrun) {
    guard arguments.contains("-"), let words = try? ArgumentLine.split(arguments) else { return }
    for isExposed in [true, false] {
      let own = step.secureOptions(thatAre: isExposed)
      var context = step.dataContext
      context.groups["option"] = own
      let expansion = ReferenceExpansion(context: context, limit: 1 << 20)
      for index in stride(from: 0, to: words.count - 1, by: 2) where words[index].first == "-" {
        let name = String(try expansion.expand(words[index]).dropFirst())
        named.insert(name)
        guard ReferenceExpansion.options(in: words[index + 1]).isSubset(of: own.keys) else {
          continue
        }
        put(try expansion.expand(words[index + 1]), for: name, isExposed: isExposed)
      }
    }
  }
}

extension StepInContext {
  /// The values of its job's secure options of one kind, by name.
  fileprivate func secureOptions(thatAre isExposed: Bool) -> [String: String] {
    let names = Set(
      job.options.lazy.filter { $0.secure && $0.valueExposed == isExposed }.map(\.name))
    return secureOptions.filter { names.contains($0.key) }
  }

  /// The names of all secure options that have a value.
  var secureNames: Set<String> { Set(secureOptions.keys) }
}

extension ReferenceExpansion {
  /// The options that a text refers to.
  static func options(in text: String) -> Set<String> {
    var names: Set<String> = []
    var rest = Array(text.utf8)[...]
    while let start = rest.firstIndex(of: 0x24) {
      rest = rest[start...]
      guard let found = reference(at: rest) else {
        rest = rest.dropFirst()
        continue
      }
      if found.group.hasSuffix("option") { names.insert(found.key) }
      rest = rest.dropFirst(found.length)
    }
    return names
  }
}
