/// An option of a job: a named value that whoever runs it may or must give.
public struct JobOption: Sendable, Hashable, Codable {
  public var name: String
  public var label: String?
  public var description: String?
  /// `text` or `file` (`type` in the formats); nil is text.
  public var type: String?
  /// `value` in the formats.
  public var defaultValue: String?
  /// Allowed or suggested values, in the order of the document.
  public var values: [String]?
  /// Separates `values` where a format has them as one text; nil means a comma.
  public var valuesListDelimiter: String?
  /// Where the values come from.
  public var valuesUrl: String?
  public var sortValues: Bool
  public var required: Bool
  /// Whether only one of the values is allowed.
  public var enforced: Bool
  /// A pattern that the whole value must match.
  public var regex: String?
  public var multivalued: Bool
  /// Joins several values into one text.
  public var delimiter: String?
  /// Whether all values are the default.
  public var multivalueAllSelected: Bool
  /// Whether the value is a secret, kept out of the record.
  public var secure: Bool
  /// Whether scripts and commands see a secure value.
  public var valueExposed: Bool
  /// Key storage path of a secure default.
  public var storagePath: String?
  public var isDate: Bool
  /// In the language of moment.js.
  public var dateFormat: String?
  public var hidden: Bool
  public var sortIndex: Int?
  /// Documented keys that have no property here, such as `configRemoteUrl`.
  public var kept: [String: JobValue]

  public init(
    name: String, label: String? = nil, description: String? = nil, type: String? = nil,
    defaultValue: String? = nil, values: [String]? = nil, valuesListDelimiter: String? = nil,
    valuesUrl: String? = nil, sortValues: Bool = false, required: Bool = false,
    enforced: Bool = false, regex: String? = nil, multivalued: Bool = false,
    delimiter: String? = nil, multivalueAllSelected: Bool = false, secure: Bool = false,
    valueExposed: Bool = false, storagePath: String? = nil, isDate: Bool = false,
    dateFormat: String? = nil, hidden: Bool = false, sortIndex: Int? = nil,
    kept: [String: JobValue] = [:]
  ) {
    self.name = name
    self.label = label
    self.description = description
    self.type = type
    self.defaultValue = defaultValue
    self.values = values
    self.valuesListDelimiter = valuesListDelimiter
    self.valuesUrl = valuesUrl
    self.sortValues = sortValues
    self.required = required
    self.enforced = enforced
    self.regex = regex
    self.multivalued = multivalued
    self.delimiter = delimiter
    self.multivalueAllSelected = multivalueAllSelected
    self.secure = secure
    self.valueExposed = valueExposed
    self.storagePath = storagePath
    self.isDate = isDate
    self.dateFormat = dateFormat
    self.hidden = hidden
    self.sortIndex = sortIndex
    self.kept = kept
  }
}
