import Model
import Store

extension ReferenceClerk {
  /// The reference's arguments, and the parent's options where they are imported; arguments come first.
  static func request(
    _ facts: ReferencedJobFacts, _ task: ReferenceTask
  ) throws(LaunchError) -> RunRequest {
    var request = RunRequest(.job(facts.id), user: task.user)
    var values = task.reference.importsOptions ? imported(facts.job, task.parent) : [:]
    do throws(ArgumentLineError) {
      for (name, value) in try ArgumentLine.options(task.reference.arguments) {
        values[name] = value
      }
    } catch {
      throw .invalidOptions(["\(error)"])
    }
    for option in facts.job.options where option.secure && task.secrets.named.contains(option.name)
    {
      values[option.name] = task.secrets.value(of: option)
    }
    request.options = values
    return request
  }

  /// The parent's values for options of the same name and kind.
  private static func imported(_ job: Job, _ parent: CarriedWorkflow) -> [String: String] {
    let kinds = Dictionary(parent.job.options.map { ($0.name, $0) }) { first, _ in first }
    var values: [String: String] = [:]
    for option in job.options {
      guard option.secure else {
        values[option.name] = parent.options[option.name]
        continue
      }
      if kinds[option.name]?.valueExposed == option.valueExposed {
        values[option.name] = parent.secureOptions[option.name]
      }
    }
    return values
  }
}
