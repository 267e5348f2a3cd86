import Hummingbird
import Logging
import Logs
import Model
import NIOCore
import Store

extension API {
  /// The text from the offset to the end that the headers named, a piece at a time. What keeps the first piece from
  /// being read is thrown, so that it is answered; what comes later can only be logged and cut the answer off.
  func stream(
    _ execution: ExecutionRecord, _ request: APIRequest, _ wish: OutputWish, until end: Int64
  ) async throws -> ResponseBody {
    let text = try await logs(of: execution).text(
      of: execution.id, from: wish.offset, selecting: wish.selection)
    var start = text.makeAsyncIterator()
    let first = start.position < end ? try await start.next() : nil
    let (rest, logger) = (start, request.context.logger)
    return ResponseBody { writer in
      if let first { try await writer.write(ByteBuffer(bytes: first)) }
      var pieces = rest
      do {
        while pieces.position < end, let piece = try await pieces.next() {
          try await writer.write(ByteBuffer(bytes: piece))
        }
      } catch let error as LogError {
        logger.error(
          "an answer was cut off: the log cannot be read on",
          metadata: ["execution": "\(execution.id)", "error": "\(error)"])
        throw error
      }
      try await writer.finish(nil)
    }
  }
}
