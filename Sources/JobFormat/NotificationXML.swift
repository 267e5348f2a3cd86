import Model

/// `<notification>`: its documented shape for what is documented, the generic one for all else.
enum NotificationXML {
  /// The tree of an element, which `JobNotifications` then judges.
  static func value(of element: XMLElement) -> JobValue {
    if element.attribute("data") == "true" { return XMLData.value(of: element) }
    var map = XMLMap(element)
    // A trigger may come again.
    var lists: [String: [JobValue]] = [:]
    for trigger in element.children {
      if trigger.attribute("data") == "true" {
        map.add(trigger.name, XMLData.value(of: trigger))
      } else {
        map.addUnexpected(in: trigger, children: nil)
        lists[trigger.name, default: []] += items(trigger)
      }
    }
    for (name, items) in lists { map.add(name, .list(items)) }
    return map.value
  }

  private static func items(_ trigger: XMLElement) -> [JobValue] {
    var items: [JobValue] = []
    for child in trigger.children {
      switch child.name {
      case "webhook": items.append(attributes(of: child))
      case "plugin": items.append(.map([JobEntry("plugin", StepXMLReader.plugin(child))]))
      case "format", "httpMethod":
        // The old form: beside the webhook instead of in it.
        guard case .map(let last)? = items.last else { fallthrough }
        items[items.count - 1] = .map(last + [JobEntry(child.name, .text(child.text))])
      default: items.append(.map([JobEntry(child.name, attributes(of: child))]))
      }
    }
    return items
  }

  private static func attributes(of element: XMLElement) -> JobValue {
    var map = XMLMap(element)
    map.addUnexpected(
      in: element, attributes: Set(element.attributes.map { $0.name.lowercased() }), hasText: true)
    return map.value
  }

  static func element(_ value: JobValue) -> XMLElement {
    documented(value) ?? XMLData.element("notification", value)
  }

  private static func documented(_ value: JobValue) -> XMLElement? {
    guard case .map(let triggers) = value, !triggers.isEmpty else { return nil }
    var element = XMLElement("notification")
    for trigger in triggers {
      guard XMLData.isName(trigger.key) else { return nil }
      var child = XMLElement(trigger.key)
      for item in list(trigger.value) {
        guard let elements = notifications(item) else { return nil }
        child.children += elements
      }
      element.children.append(child)
    }
    return element
  }

  private static func list(_ value: JobValue) -> [JobValue] {
    if case .list(let items) = value { return items }
    return [value]
  }

  /// One item may hold an email, a webhook and plugins at once.
  private static func notifications(_ item: JobValue) -> [XMLElement]? {
    guard case .map(let entries) = item else { return nil }
    var elements: [XMLElement] = []
    var webhook = XMLElement("webhook")
    for entry in entries {
      switch (entry.key, entry.value) {
      case ("plugin", _): elements += list(entry.value).map(StepXMLWriter.notificationPlugin)
      case ("email", .map(let settings)):
        var email = XMLElement("email")
        email.attributes = settings.map { ($0.key, $0.value.scalarText ?? "") }
        elements.append(email)
      default:
        guard let text = entry.value.scalarText, XMLData.isName(entry.key) else { return nil }
        webhook.attributes.append((entry.key, text))
      }
    }
    return webhook.attributes.isEmpty ? elements : elements + [webhook]
  }
}
