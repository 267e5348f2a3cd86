import Model

extension StepInContext {
  /// A job reference with this workflow's values in its texts: arguments word by word, so that a value stays in its
  /// word.
  func expanded(_ reference: JobReference) throws(UnfitStep) -> JobReference {
    let expansion = ReferenceExpansion(context: dataContext, limit: 1 << 20)
    var expanded = reference
    expanded.name = try Self.expand(reference.name, expansion)
    expanded.group = try Self.expand(reference.group, expansion) ?? ""
    expanded.project = try Self.expand(reference.project, expansion)
    expanded.nodes?.filter = try Self.expand(reference.nodes?.filter, expansion)
    expanded.nodes?.excludeFilter = try Self.expand(reference.nodes?.excludeFilter, expansion)
    expanded.nodes?.threadcount = try Self.expand(reference.nodes?.threadcount, expansion)
    expanded.nodes?.rankAttribute = try Self.expand(reference.nodes?.rankAttribute, expansion)
    expanded.arguments = try arguments(reference.arguments)
    return expanded
  }

  /// What a reference's arguments give to secure options.
  func secrets(_ reference: JobReference) throws(UnfitStep) -> PassedSecrets {
    do throws(ExpansionOverrun) {
      return try PassedSecrets(reference.arguments, in: self)
    } catch {
      throw UnfitStep(message: "\(error)")
    }
  }

  /// References to secure options stay as they are: no plain option gets a secret.
  private func arguments(_ line: String) throws(UnfitStep) -> String {
    var expansion = ReferenceExpansion(context: dataContext, limit: 1 << 20)
    expansion.leaves = secureNames
    do throws(StepInvocationError) {
      return ArgumentLine.join(try ScriptInvocation.words(line, expansion))
    } catch {
      throw UnfitStep(message: "\(error)")
    }
  }

  private static func expand(
    _ text: String?, _ expansion: ReferenceExpansion
  ) throws(UnfitStep) -> String? {
    guard let text else { return nil }
    do throws(ExpansionOverrun) {
      return try expansion.expand(text)
    } catch {
      throw UnfitStep(message: "\(error)")
    }
  }
}
