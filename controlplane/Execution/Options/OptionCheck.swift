import Model

/// Resolves options so that no expression of a job can hold up whoever asks.
///
/// Swift's expressions backtrack: `(a+)+$` needs a time that doubles with each character of a value
/// that does not match, and nothing interrupts it. A bound on the value's length would have to be a few
/// dozen characters, so what is bounded is the time, on a thread apart. Options without expressions
/// are resolved where they are asked for.
enum OptionCheck {
  /// How long all of a run's expressions may take together.
  static let limit = Duration.seconds(1)

  private static let threads = TimeLimitedThreads(limit: limit, most: 8)

  /// What `OptionResolver.resolve` answers. Expressions that take too long make the options invalid.
  static func resolve(
    _ options: [JobOption], argString: String?, values: [String: String]
  ) async throws(OptionsError) -> ResolvedOptions {
    let resolver = OptionResolver(options: options)
    let patterned = options.filter { $0.regex?.isEmpty == false }
    guard !patterned.isEmpty else {
      return try resolver.resolve(argString: argString, values: values)
    }
    let result: Result<ResolvedOptions, OptionsError>
    do throws(TimeLimitedThreads.Failure) {
      let kind = patterned.compactMap(\.regex).joined(separator: "\n")
      result = try await threads.run(kind: kind) {
        do throws(OptionsError) {
          return .success(try resolver.resolve(argString: argString, values: values))
        } catch {
          return .failure(error)
        }
      }
    } catch {
      throw OptionsError(messages: patterned.map { message($0, error) })
    }
    return try result.get()
  }

  private static func message(
    _ option: JobOption, _ failure: TimeLimitedThreads.Failure
  ) -> String {
    let expression = "regular expression \(option.regex ?? "") of option '\(option.name)'"
    return switch failure {
    case .overdue: "The \(expression) could not be checked within \(limit.components.seconds) s."
    case .busy: "The \(expression) is not checked now: earlier checks have not come to an end."
    }
  }
}
