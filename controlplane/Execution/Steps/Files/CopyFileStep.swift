import Model
import Wire

/// `copyfile`: files of the member's host go to the node as one stream on the standard input of `tar`, which runs there
/// as any step does: as its user, within its limits.
struct CopyFileStep: MemberStep {
  let isRepeatable = true
  private let step: StepInContext
  private let wish: CopyWish
  private let folder: String
  /// The file's name at its destination, for a single file.
  private let name: String?
  private let printsInformation: Bool

  /// Throws `UnfitStep` for settings that are missing or cannot be used.
  init(_ settings: StepConfiguration, in step: StepInContext) throws(UnfitStep) {
    self.step = step
    wish = CopyWish(
      source: try settings.required("sourcePath"), pattern: try settings.text("pattern"),
      isRecursive: try settings.flag("recursive"))
    printsInformation = try settings.flag("echo")
    let destination = try settings.required("destinationPath")
    guard destination.hasPrefix("/"), !destination.utf8.contains(0) else {
      throw settings.bad("destinationPath", destination, "an absolute path on the node")
    }
    let isFolder = destination.hasSuffix("/") || wish.pattern != nil || wish.isRecursive
    let slash = destination.lastIndex(of: "/") ?? destination.startIndex
    folder = isFolder ? destination : String(destination[...slash])
    name = isFolder ? nil : String(destination[destination.index(after: slash)...])
  }

  func run(_ tools: MemberTools) async -> MemberStepResult {
    do throws(StepFailure) {
      var files = try await tools.files.gather(wish, limit: tools.limits.copyBytes)
      if let name { files[0].path = name }
      return MemberStepResult(.agent(try specification(files)), lines: information(files))
    } catch {
      return MemberStepResult(.failed(error))
    }
  }

  private func information(_ files: [CopiedFile]) -> [MemberStepResult.Line] {
    guard printsInformation else { return [] }
    let count = files.count { $0.bytes != nil }
    let size = files.reduce(0) { $0 + ($1.bytes?.count ?? 0) }
    return [
      MemberStepResult.Line(
        level: .normal,
        text:
          "Copying \(count) file\(count == 1 ? "" : "s") (\(size) bytes) to \(folder)\(name ?? "")")
    ]
  }

  private static let script =
    #"mkdir -p -- "$1" && exec tar -x -o -f - -C "$1""#

  private func specification(_ files: [CopiedFile]) throws(StepFailure) -> StepSpecification {
    do throws(UnfitStep) {
      var specification = try step.specification { context throws(StepInvocationError) in
        try StepInvocation(command: ":", in: context)
      }
      specification.arguments = ["/bin/sh", "-c", Self.script, "copyfile", folder]
      specification.standardInput = TarArchive.bytes(of: files)
      return specification
    } catch {
      throw StepFailure("ConfigurationFailure", error.message)
    }
  }
}
