import Model

/// Turns `<sequence>` into the tree of the YAML format.
enum StepXMLReader {
  static func sequence(_ element: XMLElement) -> JobValue {
    var map = XMLMap(element)
    var commands: [JobValue] = []
    for child in element.children {
      switch child.name {
      case "command": commands.append(step(child))
      case "pluginConfig": map.add("pluginConfig", plugins(child))
      default: map.add(child.name, XMLData.value(of: child))
      }
    }
    map.add("commands", .list(commands))
    return map.value
  }

  private static func step(_ element: XMLElement) -> JobValue {
    var map = XMLMap(element)
    for child in element.children {
      switch child.name {
      case "scriptargs":
        map.addUnexpected(in: child, hasText: true)
        map.add("args", .text(child.text))
      case "scriptinterpreter":
        map.addUnexpected(in: child, attributes: ["argsquoted"], hasText: true)
        map.add("scriptInterpreter", .text(child.text))
        if let quoted = child.attribute("argsquoted") {
          map.add("interpreterArgsQuoted", .text(quoted))
        }
      case "errorhandler": map.add("errorhandler", step(child))
      case "jobref": map.add("jobref", jobReference(child))
      case "node-step-plugin", "step-plugin":
        map.add("nodeStep", .boolean(child.name == "node-step-plugin"))
        if case .map(let entries) = plugin(child) {
          for entry in entries { map.add(entry.key, entry.value) }
        }
      case "plugins": map.add("plugins", plugins(child))
      default: map.add(child.name, XMLData.value(of: child))
      }
    }
    return map.value
  }

  /// `type` and `configuration` of a plugin's element.
  static func plugin(_ element: XMLElement) -> JobValue {
    var map = XMLMap(element)
    for child in element.children {
      switch child.name {
      case "configuration" where child.children.isEmpty: map.add("configuration", .map([]))
      default: map.add(child.name, XMLData.value(of: child))
      }
    }
    return map.value
  }

  private static func jobReference(_ element: XMLElement) -> JobValue {
    var map = XMLMap(element)
    for child in element.children {
      switch child.name {
      case "arg":
        map.addUnexpected(in: child, attributes: ["line"], hasText: child.attribute("line") == nil)
        map.add("args", .text(child.attribute("line") ?? child.text))
      case "dispatch", "nodefilters": continue
      default: map.add(child.name, XMLData.value(of: child))
      }
    }
    if let filters = JobXMLReader.nodeFilters(of: element) { map.add("nodefilters", filters) }
    return map.value
  }

  /// `<LogFilter type='x'><config>…` to `LogFilter: [{type, config}]`; what has no type is a map.
  private static func plugins(_ element: XMLElement) -> JobValue {
    if element.attribute("data") == "true" { return XMLData.value(of: element) }
    var map = XMLMap(element)
    var lists: [String: [JobValue]] = [:]
    for child in element.children {
      if child.attribute("type") != nil {
        lists[child.name, default: []].append(plugin(child))
      } else {
        map.add(child.name, XMLData.value(of: child))
      }
    }
    for (name, items) in lists { map.add(name, .list(items)) }
    return map.value
  }
}
