/// What a provider is for, in Rundeck's words.
public enum PluginService: String, Sendable, Hashable, CaseIterable {
  /// A step that runs for each node, on the server's own host.
  case nodeStep = "WorkflowNodeStep"
  /// A step that runs on each node.
  case remoteScript = "RemoteScriptNodeStep"
  /// A step that runs once in its workflow.
  case workflowStep = "WorkflowStep"
  case notification = "Notification"
  case optionValues = "OptionValues"
}
