import HTTPClient
import Model
import Spool
import TestSupport
import Wire

/// Answers the assignments of a crowd of simulated agents: each step has started and ended at once, with
/// exit code 0.
struct CrowdAnswers {
  /// An agent and what it was told to start.
  struct Order: Sendable {
    let credential: String
    let assignment: Wire.Assignment
  }

  let api: APIClient
  let orders: AsyncStream<Order>

  /// How many reports are on their way at once.
  private static let width = 16

  /// Reports until it is cancelled.
  func run() async {
    let client = HTTPClient()
    await withDiscardingTaskGroup { group in
      for _ in 0..<Self.width {
        group.addTask {
          for await order in self.orders { await self.report(order, client) }
        }
      }
    }
  }

  private func report(_ order: Order, _ client: HTTPClient) async {
    let time = Int64(WallClock.nanoseconds / 1_000)
    var bytes: [UInt8] = []
    let started = StartedPayload(process: 7, supervisor: 6, bootID: "boot").bytes
    Frame(.started, time: time, payload: started[...]).encode(into: &bytes)
    let ended = EndedPayload(exitCode: 0, signal: 0, reason: .exited).bytes
    Frame(.ended, time: time, payload: ended[...]).encode(into: &bytes)
    let report = Report(pieces: [
      SpoolPiece(
        assignment: order.assignment.id, epoch: order.assignment.epoch,
        offset: Int64(SpoolFile.firstOffset), bytes: bytes[...])
    ])
    _ = try? await client.send(
      HTTPRequest(
        "POST", api.server + WirePath.report,
        headers: [
          "Authorization": "Bearer \(order.credential)", "Content-Type": WireVersion.contentType,
          WireVersion.headerName: String(WireVersion.current),
        ], body: .bytes(report.bytes)))
  }
}
