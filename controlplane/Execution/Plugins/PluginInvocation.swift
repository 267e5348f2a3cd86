import ScriptPlugin

/// How a provider's script is started on an agent. Pure.
///
/// The plugin's files come on the standard input, as a `copyfile` step's do; a few lines of the shell unpack them into a
/// folder that nobody else can enter, run the script, and remove the folder whatever comes of it.
struct PluginInvocation: Sendable {
  let installed: InstalledProvider
  let place: PluginPlace
  let values: PluginValues
  /// `${rundeck.base}`.
  let base: String

  private var provider: PluginProvider { installed.provider }

  /// What is to be started, in a step's context.
  func invocation(
    in context: DataContext, project: String
  ) throws(StepInvocationError) -> StepInvocation {
    var context = context
    context.groups["config"] = values.texts
    context.groups["plugin"] = place.values(of: installed)
    context.groups["rundeck", default: [:]].merge(["base": base, "project": project]) { $1 }
    var invocation = try StepInvocation(command: ":", in: context)
    let command = try command(ReferenceExpansion(context: context))
    invocation.arguments =
      ["/bin/sh", "-c", Self.launcher(merges: provider.mergesEnvironment), "plugin", place.folder]
      + command
    invocation.standardInput = place.archive(of: installed)
    return invocation
  }

  /// Interpreter, script and arguments, references replaced.
  private func command(_ expansion: ReferenceExpansion) throws(StepInvocationError) -> [String] {
    let script = place.script(of: provider)
    let arguments = try arguments(expansion)
    let interpreter = try ScriptInvocation.words(provider.interpreter ?? "", expansion)
    guard !interpreter.isEmpty, provider.interpreterArgsQuoted else {
      return interpreter + [script] + arguments
    }
    return interpreter
      + [([script] + arguments.map(ShellQuoting.argument)).joined(separator: " ")]
  }

  private func arguments(_ expansion: ReferenceExpansion) throws(StepInvocationError) -> [String] {
    switch provider.arguments {
    case .line(let line): return try ScriptInvocation.words(line, expansion)
    case .list(let words):
      var expanded: [String] = []
      for word in words {
        expanded.append(
          try StepInvocationError.expanding { () throws(ExpansionOverrun) in
            try expansion.expand(word)
          })
      }
      return expanded
    }
  }

  /// - Parameter merges: whether the script sees more of the environment than its own variables and `PATH`.
  private static func launcher(merges: Bool) -> String {
    let names = #"env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p'"#
    let alone =
      "for name in $(\(names)); do case $name in RD_*|QUARTERDECK_STEP|PATH|PWD) ;; *) unset \"$name\" ;; esac; done\n"
    return """
      folder=$1
      shift
      mkdir -m 700 -- "$folder" || exit 126
      trap 'rm -rf -- "$folder"' EXIT
      trap 'exit 143' TERM
      trap 'exit 130' INT
      tar -x -o -f - -C "$folder" || exit 126
      exec </dev/null
      \(merges ? "" : alone)"$@"
      """
  }
}
