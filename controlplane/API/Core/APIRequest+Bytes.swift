import Hummingbird
import NIOCore
import Store
import Synchronization

extension APIRequest {
  /// The whole body. Throws a 413 that names the limit when it is larger, and a 408 when it does not
  /// arrive in time.
  func bytes() async throws -> [UInt8] {
    if let length = request.headers[.contentLength].flatMap(Int.init), length > limits.bodyBytes {
      throw APIError.tooLarge(limit: limits.bodyBytes)
    }
    let deadline = BodyDeadline(limits.bodyTime, on: context.channel)
    defer { deadline.cancel() }
    do {
      let bytes = try await collect()
      if deadline.hasPassed { throw APIError.tooSlow(limit: limits.bodyTime) }
      return bytes
    } catch let error as APIError {
      throw error
    } catch {
      throw deadline.hasPassed
        ? APIError.tooSlow(limit: limits.bodyTime)
        : APIError.invalidRequest("The request body ended before its end")
    }
  }

  /// Hands the body over as it comes. Throws a 408 when it does not arrive within `time`, and what `take` throws.
  func stream(
    within time: Duration, _ take: (ByteBuffer) async throws -> Void
  ) async throws {
    let deadline = BodyDeadline(time, on: context.channel)
    defer { deadline.cancel() }
    do {
      for try await buffer in request.body { try await take(buffer) }
    } catch let error as APIError {
      throw error
    } catch let error as StoreError {
      throw error
    } catch {
      throw deadline.hasPassed
        ? APIError.tooSlow(limit: time)
        : APIError.invalidRequest("The request body ended before its end")
    }
    if deadline.hasPassed { throw APIError.tooSlow(limit: time) }
  }

  private func collect() async throws -> [UInt8] {
    var bytes: [UInt8] = []
    // What grows bit by bit is copied at last, and is there twice meanwhile.
    if let length = request.headers[.contentLength].flatMap(Int.init), length > 0 {
      bytes.reserveCapacity(min(length, limits.bodyBytes))
    }
    for try await buffer in request.body {
      guard bytes.count + buffer.readableBytes <= limits.bodyBytes else {
        throw APIError.tooLarge(limit: limits.bodyBytes)
      }
      bytes.append(contentsOf: buffer.readableBytesView)
    }
    return bytes
  }
}

/// Ends the incoming side of a connection when its time is over: whoever reads a body from it then
/// comes to an end, and can still answer.
private final class BodyDeadline: Sendable {
  private let timer: Scheduled<Void>
  private let passed: Passed

  private final class Passed: Sendable {
    let flag = Atomic(false)
  }

  init(_ time: Duration, on channel: any Channel) {
    let passed = Passed()
    self.passed = passed
    timer = channel.eventLoop.scheduleTask(in: TimeAmount(time)) {
      passed.flag.store(true, ordering: .sequentiallyConsistent)
      channel.close(mode: .input).whenFailure { _ in channel.close(promise: nil) }
    }
  }

  var hasPassed: Bool { passed.flag.load(ordering: .sequentiallyConsistent) }

  func cancel() { timer.cancel() }
}
