import Model
import Store

extension ReferenceClerk {
  /// The reference's arguments, and the parent's options where they are imported; arguments come first.
  static func request(
    _ facts: ReferencedJobFacts, _ task: ReferenceTask
  ) throws(LaunchError) -> RunRequest {
    var request = RunRequest(
      .job(facts.id), argString: task.reference.arguments.isEmpty ? nil : task.reference.arguments,
      user: task.user)
    guard task.reference.importsOptions else { return request }
    var values = task.parent.options.merging(task.parent.secureOptions) { plain, _ in plain }
    let known = Dictionary(facts.job.options.map { ($0.name, $0) }) { first, _ in first }
    values = values.filter { name, _ in
      guard let option = known[name] else { return false }
      return option.secure || task.parent.secureOptions[name] == nil
    }
    do throws(ArgumentLineError) {
      for (name, value) in try ArgumentLine.options(task.reference.arguments) {
        values[name] = value
      }
    } catch {
      throw .invalidOptions(["\(error)"])
    }
    request.argString = nil
    request.options = values
    return request
  }
}
