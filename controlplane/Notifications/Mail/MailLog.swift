import Logs
import Model
import Store

/// The output of an execution as it goes with a mail: as the job's log filters show it, and of a long one its end.
struct MailLog: Sendable {
  let reader: LogReader
  /// How many bytes go with a mail at most.
  let limit: Int

  func text(of facts: NotificationFacts, isFormatted: Bool) async throws(LogError) -> String {
    guard let id = facts.execution?.id else { return "" }
    let own = (try? facts.execution?.job()) ?? facts.job
    let reader = self.reader.showing(filtersOf: own)
    let size = try await reader.extent(of: id).size
    let start = max(0, size - Int64(limit))
    let text =
      isFormatted
      ? try await formatted(reader, id, from: start) : try await plain(reader, id, from: start)
    let end = String(decoding: text.suffix(limit), as: UTF8.self)
    return start == 0 && text.count <= limit
      ? end : "[… the beginning of the output is left out: it has \(size) bytes]\n\(end)"
  }

  private func plain(
    _ reader: LogReader, _ id: ExecutionID, from start: Int64
  ) async throws(LogError) -> [UInt8] {
    var bytes: [UInt8] = []
    var parts = reader.text(of: id, from: start).makeAsyncIterator()
    while bytes.count <= limit * 2, let part = try await parts.next(isolation: nil) {
      bytes += part
    }
    return bytes
  }

  /// `12:30:00 [web1 2][ERROR] text`
  private func formatted(
    _ reader: LogReader, _ id: ExecutionID, from start: Int64
  ) async throws(LogError) -> [UInt8] {
    var bytes: [UInt8] = []
    var position = start
    while bytes.count <= limit * 2 {
      let page = try await reader.page(of: id, from: position)
      for entry in page.entries {
        let place = [entry.node, entry.step].compactMap { $0 }.joined(separator: " ")
        bytes += Array(
          "\(entry.time.timeOfDay) [\(place)][\(entry.level.rawValue)] \(entry.text)\n".utf8)
      }
      if page.isComplete || page.nextPosition <= position { break }
      position = page.nextPosition
    }
    return bytes
  }
}
