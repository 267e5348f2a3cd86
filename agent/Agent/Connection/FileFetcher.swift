import Glibc
import Logging
import Model
import Wire

/// Fetches the files that steps are given, one step at a time, a piece at a time.
struct FileFetcher: Sendable {
  let host: StepHost
  let link: any ControlPlaneLink
  /// Spreads tries; answers 0..<1.
  let chance: @Sendable () -> Double
  let logger: Logger
  /// How often a piece is asked for.
  var tries = 12

  private struct Failure: Error { let text: String }

  /// Until the agent stops.
  func run() async {
    while !Task.isCancelled, let assignment = await host.nextToFetch() {
      do {
        for number in assignment.specification.files.indices {
          try await fetch(assignment, number)
        }
        await host.fetched(assignment.id, failure: nil)
      } catch let failure as Failure {
        logger.warning(
          "a step's file cannot be fetched",
          metadata: ["assignment": "\(assignment.id)", "reason": "\(failure.text)"])
        await host.fetched(assignment.id, failure: failure.text)
      } catch {
        return
      }
    }
  }

  private func fetch(_ assignment: Assignment, _ number: Int) async throws {
    let given = assignment.specification.files[number]
    let path = await host.place(of: number, assignment.id)
    _ = unlink(path)
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw Failure(text: "\(path): \(String(cString: strerror(errno)))") }
    defer { _ = close(file) }
    var offset: Int64 = 0
    while offset < Int64(clamping: given.size) {
      guard await host.isFetching(assignment.id) else { return }
      let bytes = try await piece(
        StepFileRequest(assignment: assignment.id, file: given.id, offset: offset))
      guard !bytes.isEmpty else {
        throw Failure(text: "the file \(given.id) ends after \(offset) bytes of \(given.size)")
      }
      try Self.write(bytes, to: file, path)
      offset += Int64(bytes.count)
    }
  }

  private func piece(_ request: StepFileRequest) async throws -> [UInt8] {
    var backoff = Backoff()
    var left = tries
    while true {
      do throws(AgentError) {
        let answer = try await link.file(request.bytes)
        do throws(WireError) {
          return try StepFilePiece(bytes: answer).content
        } catch {
          throw AgentError.unreachable("the answer cannot be read: \(error)")
        }
      } catch {
        left -= 1
        if case .refused(404, _) = error {
          throw Failure(text: "the file \(request.file): \(error)")
        }
        guard left > 0, await host.isFetching(request.assignment) else {
          throw Failure(text: "the file \(request.file): \(error)")
        }
      }
      try await Task.sleep(for: backoff.next(chance: chance()))
    }
  }

  private static func write(_ bytes: [UInt8], to file: Int32, _ path: String) throws {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(file, $0.baseAddress! + done, $0.count - done)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw Failure(text: "\(path): \(String(cString: strerror(errno)))")
      }
      done += count
    }
  }
}
