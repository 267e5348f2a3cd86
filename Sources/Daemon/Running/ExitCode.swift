/// What a daemon's process ends with, after `sysexits.h`.
public struct ExitCode: RawRepresentable, Sendable, Equatable {
  /// The number that the process ends with.
  public let rawValue: Int32

  /// The code of that number.
  public init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  /// It did what it was asked to.
  public static let success = Self(rawValue: 0)
  /// EX_USAGE: the command line is wrong.
  public static let usage = Self(rawValue: 64)
  /// EX_UNAVAILABLE: something that it needs is not there, such as the database.
  public static let unavailable = Self(rawValue: 69)
  /// EX_SOFTWARE: a failure that nothing else describes.
  public static let software = Self(rawValue: 70)
  /// EX_IOERR: reading or writing failed.
  public static let inputOutput = Self(rawValue: 74)
  /// EX_TEMPFAIL: starting again may help.
  public static let temporary = Self(rawValue: 75)
  /// EX_NOPERM: it may not do what it must.
  public static let permission = Self(rawValue: 77)
  /// EX_CONFIG: the configuration cannot be used; starting again does not help, see `RestartPreventExitStatus`.
  public static let configuration = Self(rawValue: 78)
}

/// An error that says what the process should end with.
public protocol ExitCoded: Error {
  /// The exit status.
  var exitCode: ExitCode { get }
}

extension ConfigurationError: ExitCoded {
  /// Always ``ExitCode/configuration``.
  public var exitCode: ExitCode { .configuration }
}

extension ExitCode {
  /// The code of an error: its own, else ``software``.
  public init(for error: any Error) {
    self = (error as? any ExitCoded)?.exitCode ?? .software
  }
}
