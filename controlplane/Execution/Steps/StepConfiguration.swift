import Model

/// The settings of a built-in step plugin (`configuration`), references replaced where they are read.
struct StepConfiguration: Sendable {
  let type: String
  private let values: [String: String]
  private let expansion: ReferenceExpansion

  init(_ plugin: PluginDefinition, in context: DataContext) {
    type = plugin.type
    values = plugin.texts
    expansion = ReferenceExpansion(context: context)
  }

  var context: DataContext { expansion.context }

  /// A setting as the definition has it; nil for an empty one.
  func raw(_ key: String) -> String? { values[key].flatMap { $0.isEmpty ? nil : $0 } }

  /// A setting with its references replaced; nil for one that is missing or empty then.
  func text(_ key: String) throws(UnfitStep) -> String? {
    guard let raw = raw(key) else { return nil }
    let text = try expand(raw)
    return text.isEmpty ? nil : text
  }

  func expand(
    _ text: String, write: (String, String) -> String = { value, _ in value }
  ) throws(UnfitStep) -> String {
    do throws(ExpansionOverrun) {
      return try expansion.expand(text, write: write)
    } catch {
      throw UnfitStep(message: "Step \(type): \(error)")
    }
  }

  /// A setting that the step cannot do without.
  func required(_ key: String) throws(UnfitStep) -> String {
    guard let text = try text(key) else {
      throw UnfitStep(message: "Step \(type): the setting \(key) is missing")
    }
    return text
  }

  /// A switch; `standard` when it is missing.
  func flag(_ key: String, or standard: Bool = false) throws(UnfitStep) -> Bool {
    guard let text = try text(key) else { return standard }
    switch text.lowercased() {
    case "true", "yes", "on": return true
    case "false", "no", "off": return false
    default: throw bad(key, text, "true or false")
    }
  }

  /// A whole number.
  func number(_ key: String, in range: ClosedRange<Int>) throws(UnfitStep) -> Int? {
    guard let text = try text(key) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw bad(key, text, "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func bad(_ key: String, _ value: String, _ allowed: String) -> UnfitStep {
    UnfitStep(
      message: "Step \(type): the setting \(key) is '\(value.prefix(100))', and must be \(allowed)")
  }
}
