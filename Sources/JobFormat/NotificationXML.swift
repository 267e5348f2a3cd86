import Model

/// `<notification>`: its documented shape for what is documented, the generic one for all else.
enum NotificationXML {
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
