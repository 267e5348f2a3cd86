public import Model

/// What a user says about himself.
public struct UserProfile: Sendable, Hashable {
  public var login: String
  public var firstName: String?
  public var lastName: String?
  public var email: String?

  public init(
    login: String, firstName: String? = nil, lastName: String? = nil, email: String? = nil
  ) {
    self.login = login
    self.firstName = firstName
    self.lastName = lastName
    self.email = email
  }
}

/// What is to be changed of a profile: nil leaves a field as it is, an inner nil clears it.
public struct UserProfileChange: Sendable, Hashable {
  public var firstName: String??
  public var lastName: String??
  public var email: String??

  public init(firstName: String?? = nil, lastName: String?? = nil, email: String?? = nil) {
    self.firstName = firstName
    self.lastName = lastName
    self.email = email
  }
}

/// A user as a list of all of them has him.
public struct ListedUser: Sendable, Hashable {
  public let profile: UserProfile
  /// When he became known.
  public let createdAt: Instant
  /// When his profile was changed last; nil for never.
  public let updatedAt: Instant?
  /// When the last execution of his was asked for that has ended; nil without one.
  public let lastJobAt: Instant?
  /// How many API tokens he has.
  public let tokens: Int
}
