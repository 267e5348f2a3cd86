import Cryptography
import Hummingbird
import Identity
import Logs
import Model
import Store

extension API {
  var logVerificationRoutes: [Route] {
    [
      .api(.get, "/quarterdeck/execution/{id}/log/verify", .read, .execution) { request in
        try await verifyLog(request)
      }
    ]
  }

  /// Whether the execution's log is what was stored; 200 also when it is not.
  func verifyLog(_ request: APIRequest) async throws -> Response {
    let execution = try await requireExecution(request.path("id"))
    return .json(try await dependencies.logs.verifier.verify(execution.id).json)
  }
}

extension LogVerdict {
  var json: JSON {
    [
      "execution": .integer(execution.number), "complete": .boolean(isComplete),
      "size": .integer(size), "lines": .integer(lines), "storedSize": .integer(storedSize),
      "chained": .boolean(isChained), "chain": .optional(chain.map(Hexadecimal.text)),
      "faults": .array(faults.map(\.json)),
    ]
  }
}

extension LogFault {
  fileprivate var json: JSON {
    var fault: JSON = ["kind": .text(kind.rawValue), "detail": .text(detail)]
    fault.add("positions", positions.map(Self.range))
    fault.add("lines", lines.map { .integer($0) })
    fault.add("assignment", assignment.map { .integer($0.number) })
    fault.add("spoolOffsets", spoolOffsets.map(Self.range))
    fault.add("step", step.map { .text($0) })
    fault.add("node", node.map { .text($0) })
    fault.add("after", after.map { .integer($0.milliseconds) })
    fault.add("before", before.map { .integer($0.milliseconds) })
    return fault
  }

  private static func range(_ range: Range<Int64>) -> JSON {
    ["from": .integer(range.lowerBound), "to": .integer(range.upperBound)]
  }
}
