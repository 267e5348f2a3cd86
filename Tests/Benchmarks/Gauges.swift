import HTTPClient
import TestSupport

/// What a member says of itself in `/metrics`.
struct Gauges {
  /// How many executions it carries.
  let executionsCarried: Int

  init(of api: APIClient) async throws {
    let text = try await api.metrics()
    let line = text.split(separator: "\n").first { $0.hasPrefix("quarterdeck_executions_carried ") }
    guard let value = line?.split(separator: " ").last.flatMap({ Double($0) }) else {
      throw APIClient.UnexpectedAnswer(description: "no gauge in: \(text)")
    }
    executionsCarried = Int(value)
  }
}
