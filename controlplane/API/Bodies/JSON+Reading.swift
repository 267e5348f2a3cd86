import FoundationEssentials

extension JSON: Decodable {
  private struct MemberName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    if let keyed = try? decoder.container(keyedBy: MemberName.self) {
      self = .object(
        try keyed.allKeys.sorted { $0.stringValue < $1.stringValue }.map {
          Member(key: $0.stringValue, value: try keyed.decode(JSON.self, forKey: $0))
        })
    } else if var list = try? decoder.unkeyedContainer() {
      var elements: [JSON] = []
      while !list.isAtEnd { elements.append(try list.decode(JSON.self)) }
      self = .array(elements)
    } else {
      self = try Self.scalar(try decoder.singleValueContainer())
    }
  }

  private static func scalar(_ single: any SingleValueDecodingContainer) throws -> JSON {
    if single.decodeNil() { return .null }
    if let value = try? single.decode(Bool.self) { return .boolean(value) }
    if let number = try? single.decode(Int64.self) { return .integer(number) }
    if let number = try? single.decode(Double.self) { return .real(number) }
    return .text(try single.decode(String.self))
  }

  /// Reads a document. Throws a 400 that says what is wrong with it.
  static func read(_ bytes: [UInt8]) throws(APIError) -> JSON {
    do {
      let json = try JSONDecoder().decode(JSON.self, from: Data(bytes))
      if let place = json.placeOfNull { throw APIError.null(in: place) }
      return json
    } catch let error as APIError {
      throw error
    } catch DecodingError.dataCorrupted(let context) {
      let cause = context.underlyingError.map { ": \($0)" } ?? ""
      throw .invalidRequest("The request body is not valid JSON\(cause)")
    } catch {
      throw .invalidRequest("The request body is not valid JSON")
    }
  }
}
