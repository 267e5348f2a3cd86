import Model

/// Turns the tree of `sequence` into XML.
enum StepXMLWriter {
  static func sequence(_ value: JobValue, job: String) throws(JobFormatError) -> XMLElement {
    var element = XMLElement("sequence")
    guard case .map(let entries) = value else { return element }
    for entry in entries {
      switch (entry.key, entry.value) {
      case ("commands", .list(let steps)):
        for (index, step) in steps.enumerated() {
          let field = "sequence.commands[\(index)]"
          element.children.append(try self.step(step, named: "command", job: job, field: field))
        }
      case ("keepgoing", _), ("strategy", _):
        element.attributes.append((entry.key, entry.value.scalarText ?? ""))
      case ("pluginConfig", _): element.children.append(plugins("pluginConfig", entry.value))
      default: element.children.append(XMLData.element(entry.key, entry.value))
      }
    }
    return element
  }

  private static func step(
    _ value: JobValue, named name: String, job: String, field: String
  ) throws(JobFormatError) -> XMLElement {
    var element = XMLElement(name)
    guard case .map(let entries) = value else { return element }
    if value["type"]?.scalarText.flatMap(ConditionalStep.Form.init) != nil {
      throw .notRepresentable(
        job: job, field: field, "XML has no conditional steps: use YAML or JSON")
    }
    for entry in entries {
      switch entry.key {
      case "errorhandler":
        element.children.append(
          try step(entry.value, named: "errorhandler", job: job, field: field + ".errorhandler"))
      case "keepgoingOnSuccess":
        element.attributes.append(("keepgoingOnSuccess", entry.value.scalarText ?? "false"))
      default: element.children += elements(entry, of: value)
      }
    }
    return element
  }

  private static func elements(_ entry: JobEntry, of step: JobValue) -> [XMLElement] {
    switch entry.key {
    case "args": return [XMLData.element("scriptargs", entry.value)]
    case "scriptInterpreter": return [interpreter(entry.value, step["interpreterArgsQuoted"])]
    case "interpreterArgsQuoted" where step["scriptInterpreter"] != nil: return []
    case "jobref": return [jobReference(entry.value)]
    case "type":
      let isNodeStep = step["nodeStep"]?.scalarText == "true"
      return [plugin(step, named: isNodeStep ? "node-step-plugin" : "step-plugin")]
    case "nodeStep", "configuration": return []
    case "plugins": return [plugins("plugins", entry.value)]
    default: return [XMLData.element(entry.key, entry.value)]
    }
  }

  private static func interpreter(_ value: JobValue, _ quoted: JobValue?) -> XMLElement {
    var element = XMLData.element("scriptinterpreter", value)
    if let quoted = quoted?.scalarText { element.attributes = [("argsquoted", quoted)] }
    return element
  }

  static func notificationPlugin(_ value: JobValue) -> XMLElement { plugin(value, named: "plugin") }

  private static func plugin(_ value: JobValue, named name: String) -> XMLElement {
    var element = XMLElement(name)
    element.attributes = [("type", value["type"]?.scalarText ?? "")]
    guard let configuration = value["configuration"] else { return element }
    element.children = [entries(configuration)]
    return element
  }

  /// `<entry key='' value=''/>` for plain maps, the generic structure for all else.
  private static func entries(_ value: JobValue) -> XMLElement {
    guard case .map(let entries) = value, entries.allSatisfy({ $0.value.scalarText != nil }) else {
      return XMLData.element("configuration", value)
    }
    var element = XMLElement("configuration")
    element.children = entries.map { entry in
      var child = XMLElement("entry")
      child.attributes = [("key", entry.key), ("value", entry.value.scalarText ?? "")]
      return child
    }
    return element
  }

  private static func jobReference(_ value: JobValue) -> XMLElement {
    var element = XMLElement("jobref")
    guard case .map(let entries) = value else { return element }
    for entry in entries {
      switch entry.key {
      case "name", "group", "nodeStep":
        element.attributes.append((entry.key, entry.value.scalarText ?? ""))
      case "args":
        var argument = XMLElement("arg")
        argument.attributes = [("line", entry.value.scalarText ?? "")]
        element.children.append(argument)
      case "nodefilters": element.children += JobXMLWriter.nodeFilters(entry.value)
      default: element.children.append(XMLData.element(entry.key, entry.value))
      }
    }
    return element
  }

  /// Plugins of a service as `<LogFilter type='x'><config>…`, all else as maps.
  private static func plugins(_ name: String, _ value: JobValue) -> XMLElement {
    guard case .map(let services) = value, services.allSatisfy({ XMLData.isName($0.key) }) else {
      return XMLData.element(name, value)
    }
    var element = XMLElement(name)
    for service in services {
      if case .list(let items) = service.value, !items.isEmpty, items.allSatisfy(isPlugin) {
        element.children += items.map { plugin($0, of: service.key) }
      } else {
        element.children.append(XMLData.element(service.key, service.value))
      }
    }
    return element
  }

  /// Whether it has a type, and settings under `config` at most.
  private static func isPlugin(_ value: JobValue) -> Bool {
    guard case .map(let entries) = value, value["type"]?.scalarText != nil else { return false }
    return entries.allSatisfy { ["type", "config"].contains($0.key) }
  }

  private static func plugin(_ value: JobValue, of service: String) -> XMLElement {
    var element = XMLElement(service)
    element.attributes = [("type", value["type"]?.scalarText ?? "")]
    if let settings = value["config"] { element.children = [XMLData.element("config", settings)] }
    return element
  }
}
