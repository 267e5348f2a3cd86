import Model
import Store

extension ExecutionConductor {
  /// The uploaded files that an execution of the job uses, by key; asked for only where an option has files.
  func optionFiles(
    of job: Job, _ execution: ExecutionID
  ) async throws(StoreError) -> [String: OptionFile] {
    guard job.options.contains(where: \.isFile) else { return [:] }
    return OptionFile.byKey(
      try await store.ask.optionFiles.used(by: execution).map(OptionFile.init))
  }
}
