import Database

extension Migration {
  /// Where ended logs are kept.
  static func logStorage(_ dialect: Dialect) -> [String] { [] }
}
