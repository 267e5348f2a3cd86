import Model

/// Resolves options so that no expression of a job can hold up whoever asks. Options without
/// expressions are resolved where they are asked for.
enum OptionCheck {
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
    do throws(ExpressionCheck.Failure) {
      result = try await ExpressionCheck.run(patterned.compactMap(\.regex)) {
        do throws(OptionsError) {
          return .success(try resolver.resolve(argString: argString, values: values))
        } catch {
          return .failure(error)
        }
      }
    } catch {
      throw OptionsError(
        messages: patterned.map {
          "The regular expression \($0.regex ?? "") of option '\($0.name)' \(error)."
        })
    }
    return try result.get()
  }
}
