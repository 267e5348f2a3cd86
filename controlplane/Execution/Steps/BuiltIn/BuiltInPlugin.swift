/// A step that is built in, as lists of plugins name it.
public struct BuiltInPlugin: Sendable, Hashable {
  /// The type in definitions.
  public let name: String
  /// Rundeck's name of what it provides.
  public let service: String
  public let title: String

  /// All of them, in the order of their services and names.
  public static let all: [BuiltInPlugin] = [
    BuiltInPlugin(.copyFile, isNodeStep: true, "Copy File"),
    BuiltInPlugin(.nodeRequest, isNodeStep: true, "HTTP Request Node Step"),
    BuiltInPlugin(.localCommand, isNodeStep: true, "Local Command"),
    BuiltInPlugin(.request, isNodeStep: false, "HTTP Request Step"),
    BuiltInPlugin(.exportVariable, isNodeStep: false, "Global Variable"),
    BuiltInPlugin(.flowControl, isNodeStep: false, "Flow Control"),
    BuiltInPlugin(.jobState, isNodeStep: false, "Job State Conditional"),
    BuiltInPlugin(.logData, isNodeStep: false, "Log Data"),
    BuiltInPlugin(.refreshNodes, isNodeStep: false, "Refresh Project Nodes"),
  ]

  private init(_ step: BuiltInStep, isNodeStep: Bool, _ title: String) {
    name = step.rawValue
    service = isNodeStep ? "WorkflowNodeStep" : "WorkflowStep"
    self.title = title
  }
}
