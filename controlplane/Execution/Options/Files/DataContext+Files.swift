import Model
import Wire

extension StepInContext {
  /// The uploaded files that are values of the job's options, by option.
  var optionFiles: [String: OptionFile] {
    guard !files.isEmpty else { return [:] }
    var found: [String: OptionFile] = [:]
    for option in job.options where option.isFile {
      if let key = options[option.name], let file = files[key] { found[option.name] = file }
    }
    return found
  }
}

extension DataContext {
  /// Makes `file` mean the uploaded files: `OPT` where it is on the node, `OPT.fileName` and `OPT.sha`.
  mutating func add(_ files: [String: OptionFile]) {
    guard !files.isEmpty else { return }
    var values: [String: String] = [:]
    for (option, file) in files {
      values[option] = file.pathMarker
      values["\(option).fileName"] = file.name ?? ""
      values["\(option).filename"] = file.name ?? ""
      values["\(option).sha"] = file.digest
    }
    groups["file"] = values
  }
}

extension StepSpecification {
  /// Gives the step those of the files that it names: by a reference or by the variable `RD_FILE_OPT`. The others'
  /// variables go, because their files will not be there.
  mutating func take(_ files: [String: OptionFile]) {
    for (option, file) in files.sorted(by: { $0.key < $1.key }) {
      let variable = DataContext.variable("file", option)
      if names(file.pathMarker) || names(variable) {
        self.files.append(
          StepFile(id: file.key, pathMarker: file.pathMarker, size: UInt64(clamping: file.size)))
      } else {
        environment[variable] = nil
      }
    }
  }

  private func names(_ text: String) -> Bool {
    if arguments.contains(where: { $0.contains(text) }) { return true }
    return [script, standardInput].compactMap(\.self).contains { Self.contains($0, text) }
  }

  private static func contains(_ bytes: [UInt8], _ text: String) -> Bool {
    let wanted = Array(text.utf8)
    guard let first = wanted.first, bytes.count >= wanted.count else { return false }
    return bytes.withUnsafeBufferPointer { bytes in
      for start in 0...(bytes.count - wanted.count) where bytes[start] == first {
        if bytes[start..<(start + wanted.count)].elementsEqual(wanted) { return true }
      }
      return false
    }
  }
}
