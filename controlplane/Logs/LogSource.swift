public import Model
public import Store

/// Where the chunks of logs are read from: the store while a log is live, a stored copy afterwards.
///
/// Positions, lines and the chunks' contents are the same in every source. A source that has nothing of
/// a log, or not the part that is asked for, answers with nothing, which is no error.
public protocol LogSource: Sendable {
  /// From where to where this source has the log (`start`, `size`); `.empty` when it has none of it.
  func extent(of execution: ExecutionID) async throws(LogError) -> LogExtent

  /// The selected chunks from the one that holds `position` onwards: as many as fit in `bytes`, and at
  /// least one when there is any. None when this source has not got what is at `position`.
  func chunks(
    of execution: ExecutionID, from position: Int64, bytes: Int64, selecting: LogSelection
  ) async throws(LogError) -> [LogChunk]

  /// Where the last `lines` selected entries of what this source has begin: at its first chunk with such
  /// an entry when it has fewer; nil when it has none.
  func start(
    of execution: ExecutionID, lastLines lines: Int64, selecting: LogSelection
  ) async throws(LogError) -> LogStart?
}

/// The chunks that are rows of the store.
public struct LiveLogSource: LogSource {
  private let store: Store

  public init(store: Store) { self.store = store }

  public func extent(of execution: ExecutionID) async throws(LogError) -> LogExtent {
    do throws(StoreError) {
      return try await store.ask.logs.extent(of: execution)
    } catch {
      throw .store(error)
    }
  }

  public func chunks(
    of execution: ExecutionID, from position: Int64, bytes: Int64, selecting: LogSelection
  ) async throws(LogError) -> [LogChunk] {
    do throws(StoreError) {
      return try await store.ask.logs.chunks(
        of: execution, from: position, bytes: bytes, selecting: selecting)
    } catch {
      throw .store(error)
    }
  }

  public func start(
    of execution: ExecutionID, lastLines lines: Int64, selecting: LogSelection
  ) async throws(LogError) -> LogStart? {
    do throws(StoreError) {
      return try await store.ask.logs.chunk(
        of: execution, lastLines: lines, selecting: selecting)
    } catch {
      throw .store(error)
    }
  }
}
