import JobFormat
import Model
import TestSupport
import Testing

/// Spoils documents by chance.
struct DocumentSpoiler {
  var random: SeededGenerator

  private static let tokens = [
    "\n", "\n- ", "- ", ": ", "{", "}", "[", "]", "\"", "'", "|", ">", "&a ", "*a", "!!x ", "<<: ",
    "#", "\t", "\0", "\\", "\\u0000", "\\ud800", "</", "<job>", "</job>", "<!DOCTYPE x>", "&lt;",
    "&#0;", "]]>", "<![CDATA[", "null", "1e999", "true", "---\n", "...\n", "%YAML 1.1\n", "? ",
    "\u{85}", "data=\"true\"", "commands:", "\"sequence\":", "nodefilters:", "=", ",",
  ].map { Array($0.utf8) }

  mutating func spoiled(_ document: [UInt8]) -> [UInt8] {
    var bytes = document
    for _ in 0..<Int.random(in: 1...6, using: &random) { spoil(&bytes) }
    return bytes
  }

  private mutating func spoil(_ bytes: inout [UInt8]) {
    let start = Int.random(in: 0...bytes.count, using: &random)
    let end = min(bytes.count, start + Int.random(in: 0...24, using: &random))
    switch Int.random(in: 0..<6, using: &random) {
    case 0: bytes.removeSubrange(start..<end)
    case 1: bytes.insert(contentsOf: bytes[start..<end], at: start)
    case 2: bytes.insert(contentsOf: Self.tokens.randomElement(using: &random) ?? [], at: start)
    case 3 where start < bytes.count: bytes[start] = UInt8.random(in: 0...255, using: &random)
    case 4: bytes.removeLast(bytes.count - start)
    default:
      let other = Int.random(in: 0...bytes.count, using: &random)
      bytes.insert(contentsOf: Array(bytes[start..<end]), at: other)
    }
  }
}

@Suite struct JobFuzzTests {
  /// Whatever is read must come out again the same; whatever is not read says why.
  private func check(_ bytes: [UInt8], _ format: JobFormatName, _ seed: UInt64) throws {
    let results: [Result<Job, JobDefinitionError>]
    do {
      results = try JobDocument.decode(bytes, format: format)
    } catch {
      #expect(!"\(error)".isEmpty)
      return
    }
    for result in results {
      switch result {
      case .failure(let error): #expect(!error.problems.isEmpty, "seed \(seed)")
      case .success(let job): try checkSound(job, seed)
      }
    }
  }

  private func checkSound(_ job: Job, _ seed: UInt64) throws {
    for format in JobFormatName.allCases {
      let text: String
      do throws(JobFormatError) {
        text = try JobDocument.encode([job], format: format)
      } catch {
        guard case .notRepresentable = error, format == .xml else { throw error }
        continue
      }
      let again: [Job]
      do {
        again = try decode(text, format)
      } catch {
        Issue.record("seed \(seed): \(format) cannot be read again: \(error)\n\(text)")
        continue
      }
      guard again != [job] else { continue }
      let before = try JobDocument.encode([job], format: .json)
      let after = try JobDocument.encode(again, format: .json)
      Issue.record("seed \(seed): \(format) made of\n\(before)\nthis\n\(after)")
    }
  }

  @Test(arguments: JobFormatName.allCases)
  func `spoiled documents are read or refused, and what is read comes out again`(
    format: JobFormatName
  ) throws {
    for seed in FuzzRounds(20) {
      var generator = JobGenerator(random: SeededGenerator(seed: seed))
      let document = try JobDocument.encode([generator.job(), generator.job()], format: format)
      var spoiler = DocumentSpoiler(random: SeededGenerator(seed: seed ^ 0xF022))
      for _ in 0..<4 { try check(spoiler.spoiled(Array(document.utf8)), format, seed) }
    }
  }

  @Test func `typed values are read from any tree or refused`() {
    for seed in FuzzRounds(300) {
      var tree = TreeGenerator(random: SeededGenerator(seed: seed))
      let value = tree.value(depth: 0)
      _ = try? JobRetry(value)
      _ = try? JobNotifications(value)
      _ = try? JobNotifications(JobNotifications.canonical(value))
      _ = try? JobOrchestrator(value)
      _ = try? JobReference(value)
      _ = try? StepDecoder.step(value, path: "s").kind.meaning(path: "s")
      #expect(value.canonical.canonical == value.canonical, "seed \(seed)")
    }
  }
}

/// Makes trees of keys that definitions have, with values that they do not have there.
private struct TreeGenerator {
  var random: SeededGenerator

  private static let keys = [
    "retry", "delay", "type", "configuration", "count", "percent", "email", "recipients", "urls",
    "plugin", "onsuccess", "onstart", "format", "httpMethod", "name", "uuid", "nodefilters",
    "filter",
    "dispatch", "threadcount", "jobref", "exec", "script", "scripturl", "conditionGroups",
    "subSteps",
    "key", "operator", "value", "nodeStep", "errorhandler", "args",
  ]
  private static let texts = [
    "", "0", "-1", "conditional", "subset", "maxPercentage", "==", "true", "${x}", "x",
  ]

  mutating func value(depth: Int) -> JobValue {
    switch Int.random(in: 0..<(depth > 5 ? 4 : 8), using: &random) {
    case 0: return .null
    case 1: return .boolean(Bool.random(using: &random))
    case 2: return .number("1e5")
    case 3: return .text(Self.texts.randomElement(using: &random) ?? "")
    case 4:
      return .list((0..<Int.random(in: 0..<3, using: &random)).map { _ in value(depth: depth + 1) })
    default:
      return .map(
        (0..<Int.random(in: 0..<6, using: &random)).map { _ in
          JobEntry(Self.keys.randomElement(using: &random) ?? "", value(depth: depth + 1))
        })
    }
  }
}
