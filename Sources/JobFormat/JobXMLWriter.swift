import Model

/// Turns the tree of the YAML format into Rundeck's XML.
enum JobXMLWriter {
  static func document(_ jobs: [JobValue]) throws(JobFormatError) -> String {
    var root = XMLElement("joblist")
    for job in jobs {
      let name = job["name"]?.scalarText ?? ""
      let element = try element(of: job, name: name)
      if let field = element.unprintable {
        throw .notRepresentable(
          job: name, field: field, "XML cannot hold the control characters of this text")
      }
      root.children.append(element)
    }
    return try root.serialized()
  }

  private static func element(
    of job: JobValue, name: String
  ) throws(JobFormatError) -> XMLElement {
    var element = XMLElement("job")
    guard case .map(let entries) = job else { return element }
    for entry in entries {
      switch entry.key {
      case "sequence":
        element.children.append(try StepXMLWriter.sequence(entry.value, job: name))
      case "options", "project": continue
      case "loglimit", "loglimitAction", "loglimitStatus": continue
      default: element.children += elements(entry)
      }
    }
    if let context = context(job) { element.children.insert(context, at: 0) }
    if let logging = logging(job) { element.children.append(logging) }
    return element
  }

  private static func elements(_ entry: JobEntry) -> [XMLElement] {
    switch entry.key {
    case "nodefilters": nodeFilters(entry.value)
    case "schedule": [schedule(entry.value)]
    case "notification": [NotificationXML.element(entry.value)]
    case "retry": [retry(entry.value)]
    case "plugins": [plugins(entry.value)]
    case "calendars": [calendars(entry.value)]
    default: [XMLData.element(entry.key, entry.value)]
    }
  }

  private static func context(_ job: JobValue) -> XMLElement? {
    var context = XMLElement("context")
    if let project = job["project"] { context.children.append(XMLData.element("project", project)) }
    if case .list(let items)? = job["options"] {
      var options = XMLElement("options")
      options.attributes = [("preserveOrder", "true")]
      options.children = items.map(OptionXML.element(of:))
      context.children.append(options)
    }
    return context.children.isEmpty ? nil : context
  }

  private static func logging(_ job: JobValue) -> XMLElement? {
    var element = XMLElement("logging")
    let names = [
      ("limit", "loglimit"), ("limitAction", "loglimitAction"), ("status", "loglimitStatus"),
    ]
    for (attribute, key) in names {
      if let text = job[key]?.scalarText { element.attributes.append((attribute, text)) }
    }
    return element.attributes.isEmpty ? nil : element
  }

  static func nodeFilters(_ value: JobValue) -> [XMLElement] {
    guard case .map(let entries) = value else { return [] }
    var filters = XMLElement("nodefilters")
    var dispatch: [XMLElement] = []
    for entry in entries {
      let element = XMLData.element(entry.key, entry.value)
      if entry.key == "dispatch" { dispatch = [element] } else { filters.children.append(element) }
    }
    return dispatch + (filters.children.isEmpty ? [] : [filters])
  }

  private static func retry(_ value: JobValue) -> XMLElement {
    guard case .map(let entries) = value, let count = value["retry"]?.scalarText,
      let delay = value["delay"]?.scalarText, entries.count == 2
    else { return XMLData.element("retry", value) }
    var element = XMLElement("retry")
    element.attributes = [("delay", delay)]
    element.text = count
    return element
  }

  private static func calendars(_ value: JobValue) -> XMLElement {
    guard case .list(let names) = value, names.allSatisfy({ $0.scalarText != nil }) else {
      return XMLData.element("calendars", value)
    }
    var element = XMLElement("calendars")
    element.children = names.map { name in
      var calendar = XMLElement("calendar")
      calendar.attributes = [("name", name.scalarText ?? "")]
      return calendar
    }
    return element
  }

  private static func plugins(_ value: JobValue) -> XMLElement {
    var element = XMLElement("plugins")
    guard case .map(let services) = value else { return XMLData.element("plugins", value) }
    for service in services {
      guard case .map(let providers) = service.value, XMLData.isName(service.key),
        !providers.isEmpty
      else { return XMLData.generic("plugins", value) }
      for provider in providers {
        var entry = XMLElement(service.key)
        entry.attributes = [("type", provider.key)]
        if provider.value != .map([]) {
          entry.children = [XMLData.generic("configuration", provider.value)]
        }
        element.children.append(entry)
      }
    }
    return services.isEmpty ? XMLData.generic("plugins", value) : element
  }

  private static func schedule(_ value: JobValue) -> XMLElement {
    var element = XMLElement("schedule")
    guard case .map(let entries) = value, isDocumented(entries) else {
      return XMLData.generic("schedule", value)
    }
    for entry in entries {
      switch (entry.key, entry.value) {
      case ("crontab", _):
        element.attributes.append(("crontab", entry.value.scalarText ?? ""))
      case ("month", _), ("year", _):
        add(entry.key, [(entry.key, entry.value.scalarText ?? "")], to: &element)
      case ("dayofmonth", .map(let days)) where days.count == 1 && days[0].key == "day":
        add("month", [("day", days[0].value.scalarText ?? "")], to: &element)
      case (_, .map(let parts)):
        add(entry.key, parts.map { ($0.key, $0.value.scalarText ?? "") }, to: &element)
      default: element.children.append(XMLData.element(entry.key, entry.value))
      }
    }
    return element
  }

  /// Whether its parts are scalars, or maps of scalars, whose keys can be names.
  private static func isDocumented(_ entries: [JobEntry]) -> Bool {
    entries.allSatisfy { entry in
      guard XMLData.isName(entry.key) else { return false }
      guard case .map(let parts) = entry.value else { return entry.value.scalarText != nil }
      return !parts.isEmpty
        && parts.allSatisfy { XMLData.isName($0.key) && $0.value.scalarText != nil }
    }
  }

  /// Adds attributes to the child of that name, which may be there already.
  private static func add(
    _ name: String, _ attributes: [(name: String, value: String)], to element: inout XMLElement
  ) {
    if let place = element.children.firstIndex(where: { $0.name == name }) {
      element.children[place].attributes += attributes
    } else {
      var child = XMLElement(name)
      child.attributes = attributes
      element.children.append(child)
    }
  }
}
