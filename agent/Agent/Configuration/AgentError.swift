public import Daemon

/// Why an agent cannot do what it was told.
public enum AgentError: Error, Sendable, CustomStringConvertible {
  /// A file or directory of the agent's own.
  case file(SystemError)
  /// The credential file was changed by somebody.
  case badCredential(String)
  /// `run` before `enroll`.
  case notEnrolled(stateDirectory: String)
  /// Neither the configuration nor the enrolment names a control plane.
  case noServer
  /// The control plane said no, with its words.
  case refused(status: Int, message: String)
  /// The control plane could not be asked.
  case unreachable(String)
  /// The control plane's answer means nothing.
  case badAnswer(String)
  /// Another agent runs on this state directory.
  case alreadyRunning(stateDirectory: String)
  /// The program that stands by each step is missing.
  case noSupervisor(SystemError)

  public var description: String {
    switch self {
    case .file(let error): "\(error)"
    case .badCredential(let path): "\(path) is no credential; enroll this agent again"
    case .notEnrolled(let directory):
      "no credential in \(directory); run: quarterdeck-agent enroll --server URL --token T"
    case .noServer: "quarterdeck.agent.server is not given"
    case .refused(let status, let message): "the control plane refused (\(status)): \(message)"
    case .unreachable(let why): "the control plane cannot be reached: \(why)"
    case .badAnswer(let why): "the control plane's answer cannot be read: \(why)"
    case .alreadyRunning(let directory): "another agent runs on \(directory)"
    case .noSupervisor(let error): "quarterdeck-supervisor cannot be started: \(error)"
    }
  }
}

extension AgentError: ExitCoded {
  public var exitCode: ExitCode {
    switch self {
    case .file, .noSupervisor: .inputOutput
    case .badCredential, .notEnrolled, .noServer: .configuration
    case .refused: .permission
    case .unreachable, .badAnswer: .unavailable
    case .alreadyRunning: .temporary
    }
  }
}
