import CCurl
import Dispatch
import Synchronization

/// Hands messages over to a mail server, each by a connection of its own, on threads of its own.
public struct MailSender: Sendable {
  public let server: MailServer
  private let queue = DispatchQueue(label: "quarterdeck.mail", attributes: .concurrent)

  public init(server: MailServer) { self.server = server }

  /// Sends the message; the answer is the server's to its last byte. Throws when the server cannot be reached, does not
  /// take it, or the task is cancelled.
  public func send(_ message: MailMessage) async throws(MailError) -> MailReceipt {
    let cancellation = Cancellation()
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        queue.async { [server] in
          continuation.resume(returning: Self.perform(message, server, cancellation))
        }
      }
    } onCancel: {
      cancellation.cancel()
    }
    return try result.get()
  }

  private static let isLibraryReady = qd_global_init() == CURLE_OK

  private static func perform(
    _ message: MailMessage, _ server: MailServer, _ cancellation: Cancellation
  ) -> Result<MailReceipt, MailError> {
    guard isLibraryReady, let transfer = MailTransfer(message, server, cancellation) else {
      return .failure(MailError(code: nil, message: "libcurl has no memory", isTransient: true))
    }
    return transfer.perform()
  }
}

/// Whether a transfer is to end early.
final class Cancellation: Sendable {
  private let flag = Atomic(false)
  var isCancelled: Bool { flag.load(ordering: .relaxed) }
  func cancel() { flag.store(true, ordering: .relaxed) }
}
