import Model
import Wire

extension StepInContext {
  /// How the step is run on its node: what the step says, else its job, else the node's attributes.
  ///
  /// `onServer`: the node's attributes do not count.
  ///
  /// Throws `UnfitStep` that names the bad value.
  func conduct(onServer: Bool = false) throws(UnfitStep) -> StepConduct {
    let (name, attributes) = (
      node?.name ?? serverNode, onServer ? [:] : node?.attributes ?? [:]
    )
    return try Self.reading("") { () throws(StepConduct.Problem) in try StepConduct(definition.kept)
    }
    .filled(
      from: try Self.reading("job: ") { () throws(StepConduct.Problem) in
        try StepConduct(job.kept)
      }
    )
    .filled(
      from: try Self.reading("attribute of node \(name): ") {
        () throws(StepConduct.Problem) in
        try StepConduct(attributes: attributes)
      })
  }

  private static func reading(
    _ place: String, _ body: () throws(StepConduct.Problem) -> StepConduct
  ) throws(UnfitStep) -> StepConduct {
    do throws(StepConduct.Problem) {
      return try body()
    } catch {
      throw UnfitStep(message: "\(place)\(error)")
    }
  }

  /// What must not be seen in the step's output: the values of all secure options of the run, also of those
  /// that this step does not use, and of the workflows that it is in.
  var secrets: [[UInt8]] {
    let own = secureOptions.sorted { $0.key < $1.key }.map(\.value)
    return (own + hidden.subtracting(own).sorted()).map { Array($0.utf8) }.filter { !$0.isEmpty }
  }
}

extension StepLimits {
  /// The same limits as the agent reads them.
  init(_ limits: ResourceLimits) {
    self.init(
      memoryBytes: limits.memory, cpuPermille: limits.cpuPermille, cpuSeconds: limits.cpuSeconds,
      processes: limits.processes, openFiles: limits.openFiles, fileBytes: limits.fileBytes)
  }
}
