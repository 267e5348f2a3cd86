import Dispatch

/// Runs password hashing on a thread of its own, one at a time: it takes tens of milliseconds and much
/// memory on purpose, and the threads that all requests share must not wait for it.
struct PasswordWork: Sendable {
  private let queue = DispatchQueue(label: "quarterdeck.passwords")

  func run<Answer: Sendable>(_ work: @escaping @Sendable () -> Answer) async -> Answer {
    await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: work()) }
    }
  }
}
