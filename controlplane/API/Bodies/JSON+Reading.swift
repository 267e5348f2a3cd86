import FoundationEssentials

extension JSON: Decodable {
  private struct MemberName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// What most values of a document are is tried first: a wrong guess costs an error that is thrown.
  init(from decoder: any Decoder) throws {
    let single = try decoder.singleValueContainer()
    if let scalar = Self.scalar(single) {
      self = scalar
    } else if let keyed = try? decoder.container(keyedBy: MemberName.self) {
      self = .object(
        try keyed.allKeys.sorted { $0.stringValue < $1.stringValue }.map {
          Member(key: $0.stringValue, value: try keyed.decode(JSON.self, forKey: $0))
        })
    } else {
      self = .array(try single.decode([JSON].self))
    }
  }

  private static func scalar(_ single: any SingleValueDecodingContainer) -> JSON? {
    if single.decodeNil() { return .null }
    if let text = try? single.decode(String.self) { return .text(text) }
    if let number = try? single.decode(Int64.self) { return .integer(number) }
    if let number = try? single.decode(Double.self) { return .real(number) }
    if let value = try? single.decode(Bool.self) { return .boolean(value) }
    return nil
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
