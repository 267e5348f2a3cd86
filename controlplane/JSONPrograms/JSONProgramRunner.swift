import Dispatch
import Glibc
import Synchronization

/// Runs programs in jq's language, each in a process of its own: `quarterdeck-jq`.
///
/// libjq 1.6 cannot be bounded inside of a server: it asks nobody whether to go on, it aborts when memory is short, and a
/// value that is nested some hundred thousand levels deep overflows the stack when it is freed. So a program runs where
/// all of that ends nothing else. That process has no environment, opens no file, and the kernel ends it at the bounds of
/// `JSONProgramBounds`; in front of the program stand definitions, so that it cannot begin with `import` or `include`.
public final class JSONProgramRunner: Sendable {
  /// With `quarterdeck-jq` beside this program.
  public static let standard = JSONProgramRunner(program: besideThisProgram())

  private let program: String
  /// One process at a time each: how many there are at once bounds the memory that all take together.
  private let lanes: [DispatchQueue]
  private let turn = Atomic<Int>(0)

  /// - Parameters:
  ///   - program: the path of `quarterdeck-jq`.
  ///   - width: how many processes there are at most at once.
  public init(program: String, width: Int = 4) {
    self.program = program
    lanes = (0..<max(width, 1)).map { DispatchQueue(label: "quarterdeck.jq.\($0)") }
  }

  /// Whether a text is a program. Nothing is run.
  ///
  /// - Throws: `program` with jq's message, `stopped`, or `unavailable` when nobody can say.
  public func check(_ text: String) async throws(JSONProgramProblem) {
    _ = try await answer(JSONProgramOrder(text, input: nil))
  }

  /// The results of a program, as JSON each, in their order; for an input of several values those of each.
  ///
  /// - Throws: `JSONProgramProblem`, also when some results came before the problem.
  public func results(
    of text: String, over input: String
  ) async throws(JSONProgramProblem) -> [String] {
    try await answer(JSONProgramOrder(text, input: input))
  }

  private func answer(_ order: JSONProgramOrder) async throws(JSONProgramProblem) -> [String] {
    let process = ProgramProcess(program: program)
    let place = turn.wrappingAdd(1, ordering: .relaxed).newValue
    let lane = lanes[Int(UInt(bitPattern: place) % UInt(lanes.count))]
    let end = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        lane.async { continuation.resume(returning: process.run(order)) }
      }
    } onCancel: {
      process.kill()
    }
    return try end.results()
  }

  private static func besideThisProgram() -> String {
    var buffer = [CChar](repeating: 0, count: 4_096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let path = String(
      decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    return path[..<(path.lastIndex(of: "/") ?? path.startIndex)] + "/quarterdeck-jq"
  }
}
