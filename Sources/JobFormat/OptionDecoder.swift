import Model

/// Turns `options` into `JobOption`s: a list of maps, or the old map of name to definition.
enum OptionDecoder {
  static func options(_ value: JobValue?) throws(JobProblem) -> [JobOption] {
    var options: [JobOption] = []
    switch value {
    case nil: return []
    case .list(let items):
      for (index, item) in items.enumerated() {
        options.append(try option(item, path: "options[\(index)]", name: nil))
      }
    case .map(let entries):
      for entry in entries.sorted(by: { $0.key < $1.key }) {
        let definition = entry.value == .null ? .map([]) : entry.value
        options.append(try option(definition, path: "options.\(entry.key)", name: entry.key))
      }
    case .some(let other):
      throw JobProblem(
        field: "options", message: "expected a list of options, found \(other.kindName)")
    }
    return options
  }

  static func option(
    _ value: JobValue, path: String, name: String?
  ) throws(JobProblem) -> JobOption {
    var fields = try DefinitionFields(value, path: path)
    guard let found = try fields.text("name") ?? name else {
      throw JobProblem(field: fields.field("name"), message: "an option must have a name")
    }
    var option = JobOption(name: found)
    try readAppearance(&fields, into: &option)
    try readValues(&fields, into: &option)
    try readRules(&fields, into: &option)
    option.kept = fields.kept([
      "configRemoteUrl", "remoteUrlAuthenticationType", "optionValuesPluginType", "valuesType",
      "inputType", "optionType", "realValuesUrl", "configMap",
    ])
    try fields.refuseRest()
    return option
  }

  private static func readAppearance(
    _ fields: inout DefinitionFields, into option: inout JobOption
  ) throws(JobProblem) {
    option.label = try fields.text("label")
    option.description = try fields.text("description")
    option.type = try fields.text("type")
    option.isDate = try fields.flag("isDate") ?? false
    option.dateFormat = try fields.text("dateFormat")
    option.hidden = try fields.flag("hidden") ?? false
    guard let index = try fields.text("sortIndex"), !index.isEmpty else { return }
    guard let number = Int(index) else {
      throw JobProblem(
        field: fields.field("sortIndex"), value: index, message: "must be a whole number")
    }
    option.sortIndex = number
  }

  private static func readValues(
    _ fields: inout DefinitionFields, into option: inout JobOption
  ) throws(JobProblem) {
    option.defaultValue = try fields.text("value")
    option.valuesListDelimiter = try fields.text("valuesListDelimiter")
    option.valuesUrl = try fields.text("valuesUrl")
    option.sortValues = try fields.flag("sortValues") ?? false
    option.storagePath = try fields.text("storagePath")
    guard let values = fields.take("values") else { return }
    guard case .list(let items) = values else {
      guard let text = values.scalarText else {
        throw JobProblem(
          field: fields.field("values"), message: "expected a list of texts, found a map")
      }
      option.values = text.split(separator: option.valuesListDelimiter ?? ",").map(String.init)
      return
    }
    option.values = try texts(items, field: fields.field("values"))
  }

  private static func texts(
    _ items: [JobValue], field: String
  ) throws(JobProblem) -> [String] {
    var texts: [String] = []
    for item in items {
      guard let text = item.scalarText else {
        throw JobProblem(field: field, message: "expected texts, found \(item.kindName)")
      }
      texts.append(text)
    }
    return texts
  }

  private static func readRules(
    _ fields: inout DefinitionFields, into option: inout JobOption
  ) throws(JobProblem) {
    option.required = try fields.flag("required") ?? false
    option.enforced = try fields.flag("enforced") ?? false
    option.regex = try fields.text("regex").flatMap { $0.isEmpty ? nil : $0 }
    option.multivalued = try fields.flag("multivalued") ?? false
    option.delimiter = try fields.text("delimiter")
    option.multivalueAllSelected = try fields.flag("multivalueAllSelected") ?? false
    option.secure = try fields.flag("secure") ?? false
    option.valueExposed = try fields.flag("valueExposed") ?? false
  }
}
