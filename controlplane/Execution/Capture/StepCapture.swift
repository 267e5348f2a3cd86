import JSONPrograms
import Model
import Pattern

/// Evaluates the capturing filters of one step on one node over its standard output: lines go in, values come out.
struct StepCapture {
  /// What one step's output gave.
  struct Result: Sendable, Hashable {
    var values: [String: String] = [:]
    /// What the filters show in the log.
    var shown: [String] = []
    /// What could not be captured, and why.
    var problems: [String] = []
  }

  /// What all values of one execution may take together, names included.
  static let mostBytes = 1 << 20
  /// What is said of values that would take more.
  static let noRoom =
    "Captured data is not kept: an execution's values may take 1 MiB together"
  /// What a filter over the whole output looks at.
  static let mostText = 4 << 20

  private(set) var running: [Running] = []
  private var problems: [String] = []
  private let room: Int

  struct Running {
    let filter: CaptureFilter
    var values: [String: String] = [:]
    var bytes = 0
    var text = ""
    var isStopped = false
    /// What the filter's expression may take for the whole output.
    var budget = MatchingBudget(.seconds(5))
  }

  /// - Parameter room: the bytes that the execution's values may still take.
  init(_ filters: [LogFilterDefinition], room: Int) {
    self.room = max(room, 0)
    for definition in filters {
      do throws(CaptureProblem) {
        if let filter = try CaptureFilter(definition) { running.append(Running(filter: filter)) }
      } catch {
        problems.append("Log filter \(definition.type): \(error.message)")
      }
    }
  }

  /// Whether no filter needs the output.
  var isIdle: Bool { running.allSatisfy(\.isStopped) }

  /// Takes the next line in; empty lines say nothing.
  mutating func take(_ line: String) {
    guard !line.isEmpty else { return }
    for index in running.indices where !running[index].isStopped {
      switch running[index].filter.kind {
      case .lines(let filter): match(line, filter, index)
      case .text, .json:
        guard running[index].text.utf8.count + line.utf8.count < Self.mostText else {
          stop(index, "the output is longer than \(ByteSize.text(UInt64(Self.mostText)))")
          continue
        }
        running[index].text += line + "\n"
      }
    }
  }

  /// What was captured, once all lines were taken. Programs are run by `programs`.
  mutating func finish(_ programs: JSONProgramRunner = .standard) async -> Result {
    for index in running.indices where !running[index].isStopped && !running[index].text.isEmpty {
      let text = running[index].text
      switch running[index].filter.kind {
      case .lines: continue
      case .text(let filter): match(text, filter, index)
      case .json(let program, let prefix):
        do throws(JSONProgramProblem) {
          map(try await programs.results(of: program, over: text), prefix, index)
        } catch {
          stop(index, error.description(of: program))
        }
      }
    }
    var result = Result(problems: problems)
    for one in running {
      result.values.merge(one.values) { _, new in new }
      guard one.filter.showsData, !one.values.isEmpty else { continue }
      result.shown.append(JSONTree.map(one.values.mapValues(JSONTree.text)).json)
    }
    return result
  }

  mutating func stop(_ index: Int, _ reason: String) {
    running[index].isStopped = true
    problems.append("Captured data is not complete: \(reason)")
  }

  private mutating func match(_ value: String, _ filter: CaptureFilter.LineFilter, _ index: Int) {
    do throws(JobPatternOverrun) {
      let matches = try filter.pattern.matches(
        in: value, most: filter.takesAll ? .max : 1, within: &running[index].budget)
      for match in matches {
        guard let (name, text) = try named(match, filter, index) else { continue }
        put(name, text, joining: filter.joins, index)
      }
    } catch {
      stop(index, error.description)
    }
  }

  /// The name and the value of a match; nil when one of them is empty.
  private mutating func named(
    _ match: SearchPattern.Match, _ filter: CaptureFilter.LineFilter, _ index: Int
  ) throws(JobPatternOverrun) -> (String, String)? {
    let isNamed = filter.pattern.groups > 1
    guard let raw = isNamed ? match[1] : filter.name, let text = match[isNamed ? 2 : 1],
      !raw.isEmpty, !text.isEmpty
    else { return nil }
    let name = try filter.badNameParts.replacing(
      in: raw, with: "_", within: &running[index].budget)
    return (name, text)
  }

  mutating func put(_ name: String, _ text: String, joining: Bool, _ index: Int) {
    let old = running[index].values[name]
    let value = joining ? [old, text].compactMap(\.self).joined(separator: "\n") : text
    // PostgreSQL's texts and environments hold no U+0000.
    let clean = value.utf8.contains(0) ? value.filter { $0 != "\0" } : value
    let growth = clean.utf8.count - (old?.utf8.count ?? -name.utf8.count)
    guard running.reduce(0, { $0 + $1.bytes }) + growth <= room else {
      return stop(
        index, "an execution's values may take \(ByteSize.text(UInt64(Self.mostBytes))) together")
    }
    running[index].bytes += growth
    running[index].values[name] = clean
  }
}
