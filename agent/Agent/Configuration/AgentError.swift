public import Daemon

/// Why an agent cannot do what it was told.
public enum AgentError: Error, Sendable, CustomStringConvertible {
  /// A file or directory of the agent's own.
  case file(SystemError)
  /// The credential file was changed by somebody.
  case badCredential(String)
  /// `run` before `enroll`.
  case notEnrolled(stateDirectory: String)
  /// The control plane said no, with its words.
  case refused(status: Int, message: String)
  /// The control plane does not know this agent or its secret, in its words.
  case unknownCredential(String)
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
    case .badCredential(let path):
      "\(path) is no credential; enroll this agent again: quarterdeck-agent enroll --server URL --token T"
    case .notEnrolled(let directory):
      "no credential in \(directory); as this user run: "
        + "quarterdeck-agent enroll --server URL --token T --state-dir \(directory)"
    case .refused(let status, let message): "the control plane refused (\(status)): \(message)"
    case .unknownCredential(let message):
      "the control plane does not accept this agent's credential (\(message)); "
        + "if the agent was removed there, enroll this host again and restart the agent"
    case .unreachable(let why): "the control plane cannot be reached: \(why)"
    case .badAnswer(let why): "the control plane's answer cannot be read: \(why)"
    case .alreadyRunning(let directory):
      "another agent runs on \(directory); stop it, or give this one a quarterdeck.agent.state.directory of its own"
    case .noSupervisor(let error):
      "quarterdeck-supervisor cannot be started: \(error); "
        + "put it beside quarterdeck-agent or name it with quarterdeck.agent.supervisor"
    }
  }
}

extension AgentError {
  /// The error of an answer to a request that carried this agent's credential.
  init(status: Int, _ message: String) {
    self =
      status == 401 || status == 403
      ? .unknownCredential(message) : .refused(status: status, message: message)
  }
}

extension AgentError: ExitCoded {
  public var exitCode: ExitCode {
    switch self {
    case .file, .noSupervisor: .inputOutput
    case .badCredential, .notEnrolled: .configuration
    case .refused, .unknownCredential: .permission
    case .unreachable, .badAnswer: .unavailable
    case .alreadyRunning: .temporary
    }
  }
}
