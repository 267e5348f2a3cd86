import HTTPTypes

/// All routes, in one table from which the router is built.
public struct RouteTable: Sendable {
  public let routes: [Route]
  private let patterns: [(parts: [Substring], method: HTTPRequest.Method)]

  init(_ api: API) {
    routes =
      api.systemRoutes + api.executionModeRoutes + api.userRoutes + api.tokenRoutes
      + api.projectRoutes + api.projectConfigRoutes + api.jobRoutes + api.jobDocumentRoutes
      + api.jobOptionRoutes + api.optionFileRoutes + api.optionValueRoutes + api.jobWorkflowRoutes
      + api.jobSwitchRoutes + api.runRoutes + api.executionListRoutes
      + api.executionRoutes + api.notificationRoutes + api.outputRoutes + api.logVerificationRoutes
      + api.pluginRoutes + api.adHocRoutes + api.agentRoutes
      + api.schedulerRoutes + api.memberRoutes + api.auditRoutes + api.forecastRoutes
      + api.fireRoutes + api.decisionRoutes + api.logStorageRoutes
      + api.keyRoutes + api.loginRoutes + api.permalinkRoutes
    patterns = routes.map { ($0.pattern.split(separator: "/"), $0.method) }
  }

  /// The methods that a path has, whatever its parameters; empty for a path that no route has.
  func methods(of path: String) -> [HTTPRequest.Method] {
    let parts = path.split(separator: "/")[...]
    return patterns.filter { Self.matches($0.parts[...], parts) }.map(\.method)
  }

  /// `{…}` stands for any part of the path, `**` at the end for one or more.
  private static func matches(
    _ pattern: ArraySlice<Substring>, _ path: ArraySlice<Substring>
  ) -> Bool {
    if pattern.last == "**" {
      return path.count >= pattern.count
        && matches(pattern.dropLast(), path.prefix(pattern.count - 1))
    }
    return pattern.count == path.count
      && zip(pattern, path).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
  }
}
