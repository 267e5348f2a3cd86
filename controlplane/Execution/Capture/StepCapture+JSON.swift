import FoundationEssentials
import JSONPrograms
import Model

extension StepCapture {
  /// Puts what a program's results say, the later ones over the earlier.
  mutating func map(_ results: [String], _ prefix: String, _ index: Int) {
    for text in results where !running[index].isStopped {
      guard let result = try? JSONDecoder().decode(DecodedJSON.self, from: Data(text.utf8)).tree
      else { return stop(index, "a result of the filter cannot be read") }
      switch result {
      case .map(let values): flatten(values, "", index)
      case .list(let items):
        for (place, item) in items.enumerated() {
          put("\(prefix).\(place)", item.plainText, joining: false, index)
        }
      default: put(prefix, result.plainText, joining: false, index)
      }
    }
  }

  /// A value for each path: an object's keys are joined by dots.
  private mutating func flatten(_ values: [String: JSONTree], _ path: String, _ index: Int) {
    for (key, value) in values.sorted(by: { $0.key < $1.key }) where !running[index].isStopped {
      let place = path.isEmpty ? key : "\(path).\(key)"
      if case .map(let inner) = value {
        flatten(inner, place, index)
      } else {
        put(place, value.plainText, joining: false, index)
      }
    }
  }
}

extension JSONProgramProblem {
  /// For the log of the execution whose output a program was applied to.
  func description(of program: String) -> String {
    let name = program.count > 80 ? "\(program.prefix(80))…" : program
    return switch self {
    case .program(let reason): "the filter \(name) cannot be used: \(reason)"
    case .failed(let reason): "the filter \(name) does not fit the output: \(reason)"
    case .input, .stopped, .unavailable: description
    }
  }
}
