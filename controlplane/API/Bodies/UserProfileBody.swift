import Mail
import Model
import Store

extension UserProfile {
  var json: JSON {
    [
      "login": .text(login), "firstName": .optional(firstName), "lastName": .optional(lastName),
      "email": .optional(email),
    ]
  }
}

extension ListedUser {
  var json: JSON {
    var body = profile.json
    body.add("created", .text(createdAt.iso8601))
    body.add("updated", .text((updatedAt ?? createdAt).iso8601))
    body.add("lastJob", .optional(lastJobAt?.iso8601))
    body.add("tokens", .integer(Int64(tokens)))
    return body
  }
}

extension UserProfileChange {
  /// What a request wants changed. Throws a 400 that names the field for what is no text, and for an address that is none.
  init(_ json: JSON) throws(APIError) {
    guard json.members != nil else {
      throw .invalidRequest("The request body must be an object, not \(json.kindName)")
    }
    self.init(
      firstName: try Self.name("firstName", json), lastName: try Self.name("lastName", json),
      email: try Self.email(json))
  }

  private static let longestName = 255

  /// Nil when the body does not have it; an inner nil for null and for a blank text.
  private static func text(_ field: String, _ json: JSON) throws(APIError) -> String?? {
    guard let value = json[field] else { return nil }
    if value == .null { return .some(nil) }
    guard case .text(let text) = value else {
      throw .invalid(parameter: field, value: value.kindName, "It must be a text")
    }
    return .some(trimmed(text).isEmpty ? nil : String(trimmed(text)))
  }

  private static func name(_ field: String, _ json: JSON) throws(APIError) -> String?? {
    guard let value = try text(field, json), let name = value else { return try text(field, json) }
    let isControl = name.unicodeScalars.contains { $0.properties.generalCategory == .control }
    guard !isControl, name.utf8.count <= longestName else {
      throw .invalid(
        parameter: field, value: String(name.prefix(40)),
        "At most \(longestName) bytes without control characters are allowed")
    }
    return value
  }

  private static func email(_ json: JSON) throws(APIError) -> String?? {
    guard let value = try text("email", json), let address = value else {
      return try text("email", json)
    }
    guard let mail = MailAddress(address), mail.name.isEmpty else {
      throw .invalid(
        parameter: "email", value: String(address.prefix(100)),
        "It must be one address like user@host")
    }
    return .some(mail.address)
  }
}
