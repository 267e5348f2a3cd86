import Model
import Store

extension ExecutionConductor {
  /// The request with the secure options of the execution that it names, for those that it has no values of.
  func inheriting(_ request: RunRequest) async throws(LaunchError) -> RunRequest {
    guard let id = request.secureOptionsOf else { return request }
    let found = try await LaunchError.asking { () throws(StoreError) in
      try await store.ask.executions.find(id)
    }
    guard let found, let sealed = found.sealedOptions else { return request }
    var request = request
    do {
      let values = try OptionSeal(sealer).open(sealed, for: id)
      request.options.merge(values) { given, _ in given }
    } catch {
      throw .failed("The secure options of execution \(id) do not open: \(error)")
    }
    return request
  }
}
