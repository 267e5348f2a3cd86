import Model
import ScriptPlugin
import Wire

/// A step by a script plugin: the member finds the plugin, an agent runs it.
struct PluginStep: MemberStep {
  let isRepeatable = true
  private let step: StepInContext
  private let plugin: PluginDefinition
  private let isNodeStep: Bool

  init(_ plugin: PluginDefinition, isNodeStep: Bool, in step: StepInContext) {
    self.step = step
    self.plugin = plugin
    self.isNodeStep = isNodeStep
  }

  func run(_ tools: MemberTools) async -> MemberStepResult {
    do throws(StepFailure) {
      let installed = try find(tools.plugins.installed)
      let service = installed.provider.service
      let isOnNode =
        service == .remoteScript || service == .nodeStep && tools.plugins.nodeStepsRunOnNodes
      let defaults = try await tools.plugins.defaults(of: installed.provider.id, in: step.project)
      let paths = try PluginValues.keyPaths(
        installed.provider, settings: plugin.texts, defaults, in: step.dataContext)
      let keys = await StepKeys(tools, for: step.user, in: step.project).contents(at: paths)
      let specification = try specification(
        of: installed, defaults, tools.plugins, keys, onServer: !isOnNode)
      return MemberStepResult(isOnNode ? .agent(specification) : .sidecar(specification))
    } catch {
      return MemberStepResult(.failed(error))
    }
  }

  private func find(_ installed: any InstalledPlugins) throws(StepFailure) -> InstalledProvider {
    let services: [PluginService] = isNodeStep ? [.nodeStep, .remoteScript] : [.workflowStep]
    for service in services {
      if let found = installed.find(.init(service: service, name: plugin.type)) { return found }
    }
    let names = services.map(\.rawValue).joined(separator: " or ")
    throw StepFailure(
      "PluginMissing",
      "The step plugin '\(plugin.type)' (\(names)) is not installed on the member \(step.server.member)"
    )
  }

  private func specification(
    of installed: InstalledProvider, _ defaults: PluginDefaults, _ tools: PluginTools,
    _ keys: PluginValues.Keys, onServer: Bool
  ) throws(StepFailure) -> StepSpecification {
    let values = try PluginValues(
      installed.provider, settings: plugin.texts, defaults, in: step.dataContext, keys: keys)
    let parent = onServer ? nil : step.node?.attributes["file-copy-destination-dir"]
    let place = tools.place(below: parent ?? "/tmp")
    let plugin = PluginInvocation(
      installed: installed, place: place, values: values, base: tools.base)
    do throws(UnfitStep) {
      var specification = try step.specification(onServer: onServer) {
        context throws(StepInvocationError) in
        try plugin.invocation(in: context, project: step.project)
      }
      specification.secrets += values.secrets.sorted().map { Array($0.utf8) }
      return specification
    } catch {
      throw StepFailure("ConfigurationFailure", error.message)
    }
  }
}
