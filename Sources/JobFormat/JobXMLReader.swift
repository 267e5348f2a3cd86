import Model

/// Turns Rundeck's XML into the tree of the YAML format, which `JobDecoder` then judges: an element
/// that nothing here knows becomes a key of its name and is refused there, for that job alone.
enum JobXMLReader {
  static func jobs(_ root: XMLElement) throws(JobFormatError) -> JobValue {
    if root.name == "job" { return .list([job(root)]) }
    guard root.name == "joblist" else {
      throw .malformed(line: nil, "expected <joblist>, found <\(root.name)>")
    }
    if let other = root.children.first(where: { $0.name != "job" }) {
      throw .malformed(line: nil, "expected <job> in <joblist>, found <\(other.name)>")
    }
    return .list(root.children.map(job))
  }

  private static func job(_ element: XMLElement) -> JobValue {
    var map = XMLMap(element)
    for child in element.children {
      switch child.name {
      case "context": addContext(child, to: &map)
      case "dispatch", "nodefilters": continue
      case "sequence": map.add("sequence", StepXMLReader.sequence(child))
      case "schedule": map.add("schedule", schedule(child))
      case "notification": map.add("notification", NotificationXML.value(of: child))
      case "logging": addLogging(child, to: &map)
      case "retry": map.add("retry", retry(child))
      case "plugins": map.add("plugins", plugins(child))
      case "calendars": map.add("calendars", calendars(child))
      default: map.add(child.name, XMLData.value(of: child))
      }
    }
    if let filters = nodeFilters(of: element) { map.add("nodefilters", filters) }
    return map.value
  }

  private static func calendars(_ element: XMLElement) -> JobValue {
    if element.attribute("data") == "true" { return XMLData.value(of: element) }
    return .list(element.children.map { .text($0.attribute("name") ?? $0.text) })
  }

  private static func addContext(_ element: XMLElement, to map: inout XMLMap) {
    map.addUnexpected(in: element, children: nil)
    for child in element.children {
      guard child.name == "options" else {
        map.add(child.name, XMLData.value(of: child))
        continue
      }
      map.addUnexpected(in: child, attributes: ["preserveorder"], children: ["option"])
      var options = child.children.map(OptionXML.value(of:))
      if child.attribute("preserveOrder") != "true" {
        options.sort { ($0["name"]?.scalarText ?? "") < ($1["name"]?.scalarText ?? "") }
      }
      map.add("options", .list(options))
    }
  }

  /// `dispatch` and `nodefilters` are beside each other in XML and inside each other elsewhere.
  static func nodeFilters(of element: XMLElement) -> JobValue? {
    let filters = element.child("nodefilters")
    let settings = element.child("dispatch")
    guard filters != nil || settings != nil else { return nil }
    var map = XMLMap()
    if let filters {
      map.addUnexpected(in: filters, attributes: ["excludeprecedence"], children: nil)
    }
    for child in filters?.children ?? [] { map.add(child.name, XMLData.value(of: child)) }
    var dispatch = XMLMap()
    if let settings { dispatch.addUnexpected(in: settings, children: nil) }
    for child in settings?.children ?? [] { dispatch.add(child.name, XMLData.value(of: child)) }
    if let precedence = filters?.attribute("excludeprecedence"),
      settings?.child("excludePrecedence") == nil
    {
      dispatch.add("excludePrecedence", .text(precedence))
    }
    if !dispatch.entries.isEmpty { map.add("dispatch", dispatch.value) }
    return map.value
  }

  private static func addLogging(_ element: XMLElement, to map: inout XMLMap) {
    map.addUnexpected(in: element, attributes: Set(element.attributes.map { $0.name.lowercased() }))
    let names = ["limit": "loglimit", "limitAction": "loglimitAction", "status": "loglimitStatus"]
    for attribute in element.attributes {
      map.add(names[attribute.name] ?? "logging.\(attribute.name)", .text(attribute.value))
    }
  }

  private static func retry(_ element: XMLElement) -> JobValue {
    if element.attribute("data") == "true" || !element.children.isEmpty {
      return XMLData.value(of: element)
    }
    var map = XMLMap()
    if let delay = element.attribute("delay") { map.add("delay", .text(delay)) }
    let unexpected = element.attributes.filter { $0.name.lowercased() != "delay" }
    for attribute in unexpected { map.add(attribute.name, .text(attribute.value)) }
    guard !map.entries.isEmpty else { return .text(element.text) }
    map.add("retry", .text(element.text))
    return map.value
  }

  private static func schedule(_ element: XMLElement) -> JobValue {
    if element.attribute("data") == "true" { return XMLData.value(of: element) }
    var map = XMLMap(element)
    for child in element.children {
      switch child.name {
      case "month", "year":
        map.addUnexpected(in: child, attributes: [child.name, "day"])
        if let value = child.attribute(child.name) { map.add(child.name, .text(value)) }
        if let day = child.attribute("day") {
          map.add("dayofmonth", .map([JobEntry("day", .text(day))]))
        }
      case "dayofmonth" where child.attributes.isEmpty: continue
      default: map.add(child.name, XMLData.value(of: child))
      }
    }
    return map.value
  }

  /// `<Service type='provider'><configuration data='true'>…` to `Service: {provider: configuration}`.
  static func plugins(_ element: XMLElement) -> JobValue {
    if element.attribute("data") == "true" { return XMLData.value(of: element) }
    var map = XMLMap(element)
    var services: [String: [JobEntry]] = [:]
    for child in element.children {
      map.addUnexpected(in: child, attributes: ["type"], children: ["configuration"])
      let configuration = child.child("configuration").map(XMLData.value(of:)) ?? .map([])
      let entry = JobEntry(child.attribute("type") ?? "", configuration)
      services[child.name, default: []].append(entry)
    }
    for (name, entries) in services { map.add(name, .map(entries)) }
    return map.value
  }
}
