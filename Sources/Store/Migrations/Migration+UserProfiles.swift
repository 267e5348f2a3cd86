import Database

extension Migration {
  /// Version 6: what users say about themselves.
  static let userProfiles = Migration(version: 6) { _ in
    [
      """
      CREATE TABLE user_profile (
        login TEXT PRIMARY KEY,
        first_name TEXT NULL,
        last_name TEXT NULL,
        email TEXT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL)
      """
    ]
  }
}
