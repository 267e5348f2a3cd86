import Model

/// Asks the key storage for a step: a storage that does not answer is asked again until it does or the step is ended.
struct StepKeys: Sendable {
  private let storage: any KeyStorage
  private let clock: any Clock<Duration>
  private let user: String
  private let project: String

  init(_ tools: MemberTools, for user: String, in project: String) {
    storage = tools.keys
    clock = tools.clock
    self.user = user
    self.project = project
  }

  private static let pauses = Duration.milliseconds(100)...Duration.seconds(2)

  /// The password at a path.
  func password(at path: String) async throws(KeyStorageError) -> String {
    try await patiently { () async throws(KeyStorageError) in
      try await storage.password(at: path, for: user, in: project)
    }
  }

  /// What is stored at each of the paths.
  func contents(at paths: Set<String>) async -> [String: Result<String, KeyStorageError>] {
    var contents: [String: Result<String, KeyStorageError>] = [:]
    for path in paths.sorted() {
      do throws(KeyStorageError) {
        contents[path] = .success(
          try await patiently { () async throws(KeyStorageError) in
            try await storage.content(at: path, for: user, in: project)
          })
      } catch {
        contents[path] = .failure(error)
      }
    }
    return contents
  }

  private func patiently(
    _ ask: () async throws(KeyStorageError) -> String
  ) async throws(KeyStorageError) -> String {
    var pause = Self.pauses.lowerBound
    while true {
      do throws(KeyStorageError) {
        return try await ask()
      } catch {
        guard error.isTransient, (try? await clock.sleep(for: pause)) != nil else { throw error }
        pause = min(pause * 2, Self.pauses.upperBound)
      }
    }
  }
}
