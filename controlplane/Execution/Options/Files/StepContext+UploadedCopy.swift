import Model
import Wire

extension StepInContext {
  /// `copyfile` of an uploaded file (`${file.OPT}`): the agent has it already, so it only goes to its place. Nil for any
  /// other source.
  func uploadedCopy(_ settings: StepConfiguration) throws(UnfitStep) -> StepSpecification? {
    let source = try settings.required("sourcePath")
    guard let file = optionFiles.values.first(where: { $0.pathMarker == source }) else {
      return nil
    }
    let destination = try settings.required("destinationPath")
    guard destination.hasPrefix("/"), !destination.utf8.contains(0) else {
      throw settings.bad("destinationPath", destination, "an absolute path on the node")
    }
    let name = file.name.flatMap { $0.split(separator: "/").last.map(String.init) } ?? file.key
    let target = destination.hasSuffix("/") ? destination + name : destination
    var specification = try specification { context throws(StepInvocationError) in
      try StepInvocation(command: ":", in: context)
    }
    specification.arguments = ["/bin/sh", "-c", Self.copying, "copyfile", source, target]
    specification.take(optionFiles)
    return specification
  }

  private static let copying =
    #"mkdir -p -- "$(dirname -- "$2")" && exec cp -- "$1" "$2""#
}
