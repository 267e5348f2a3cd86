import Model
import ScriptPlugin
import Wire

/// The one step of an errand: the agent of the member's own host runs the plugin.
struct PluginErrandStep: MemberStep {
  let isRepeatable = true
  private let step: StepInContext

  init(in step: StepInContext) { self.step = step }

  func run(_ tools: MemberTools) async -> MemberStepResult {
    do throws(StepFailure) {
      let payload = try payload()
      let installed = try find(payload, tools.plugins.installed)
      let defaults = try await tools.plugins.defaults(
        of: installed.provider.id, in: payload.project)
      let paths = try PluginValues.keyPaths(
        installed.provider, settings: payload.settings, defaults, in: context(payload),
        isExpanded: true)
      let keys = await StepKeys(tools, for: step.user, in: payload.project).contents(at: paths)
      return MemberStepResult(
        .sidecar(try specification(payload, installed, defaults, tools.plugins, keys)))
    } catch {
      return MemberStepResult(.failed(error))
    }
  }

  private func payload() throws(StepFailure) -> ErrandPayload {
    let text = step.secureOptions[ErrandPayload.option]
    guard let payload = text.flatMap(ErrandPayload.init(text:)) else {
      throw StepFailure(
        "ConfigurationFailure", "Steps of the type \(BuiltInStep.errand.rawValue) are no job's")
    }
    return payload
  }

  private func find(
    _ payload: ErrandPayload, _ installed: any InstalledPlugins
  ) throws(StepFailure) -> InstalledProvider {
    if let service = PluginService(rawValue: payload.service),
      let found = installed.find(.init(service: service, name: payload.provider))
    {
      return found
    }
    throw StepFailure(
      "PluginMissing",
      "The plugin '\(payload.provider)' (\(payload.service)) is not installed on the member "
        + step.server.member
    )
  }

  /// What the script may know.
  private func context(_ payload: ErrandPayload) -> DataContext {
    var context = DataContext()
    context.groups = payload.values
    return context
  }

  private func specification(
    _ payload: ErrandPayload, _ installed: InstalledProvider, _ defaults: PluginDefaults,
    _ tools: PluginTools, _ keys: PluginValues.Keys
  ) throws(StepFailure) -> StepSpecification {
    let context = context(payload)
    let values = try PluginValues(
      installed.provider, settings: payload.settings, defaults, in: context, keys: keys,
      isExpanded: true)
    let plugin = PluginInvocation(
      installed: installed, place: tools.place(), values: values,
      base: tools.base)
    do throws(UnfitStep) {
      var specification = try step.specification(onServer: true) {
        _ throws(StepInvocationError) in
        try plugin.invocation(in: context, project: payload.project)
      }
      specification.secrets = values.secrets.sorted().map { Array($0.utf8) }
      return specification
    } catch {
      throw StepFailure("ConfigurationFailure", error.message)
    }
  }
}
