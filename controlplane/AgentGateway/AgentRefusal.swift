import HTTPTypes
import Hummingbird
import Wire

/// An answer that says no, in words for the agent's log.
struct AgentRefusal: Error {
  let status: HTTPResponse.Status
  let message: String

  init(_ status: HTTPResponse.Status, _ message: String) {
    self.status = status
    self.message = message
  }

  static let unauthorized = AgentRefusal(
    .unauthorized, "The agent is unknown here or its secret is wrong.")
  static let unavailable = AgentRefusal(
    .serviceUnavailable, "The member cannot take this now; send it again.")

  init(_ refusal: EnrolmentService.Refusal) {
    switch refusal {
    case .badToken:
      self.init(.forbidden, "The enrolment token is wrong, used or expired.")
    case .nameTaken(let name):
      self.init(.conflict, "Another agent is enrolled under the name \"\(name)\".")
    case .wrongAgent(let expected):
      self.init(.forbidden, "The enrolment token is for the agent \"\(expected)\".")
    case .badName:
      self.init(.badRequest, "The agent's name must have 1 to 255 bytes and no control characters.")
    }
  }

  var response: Response {
    var headers: HTTPFields = [.contentType: "text/plain; charset=utf-8"]
    if status == .serviceUnavailable { headers[.retryAfter] = "1" }
    if status == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
    let body = ResponseBody(byteBuffer: ByteBuffer(string: message + "\n"))
    return Response(status: status, headers: headers, body: body)
  }
}

extension HTTPFields {
  static let wire: HTTPFields = [.contentType: WireVersion.contentType]
}

extension Response {
  init(message: some WireMessage) {
    let body = ResponseBody(byteBuffer: ByteBuffer(bytes: message.bytes))
    self.init(status: .ok, headers: .wire, body: body)
  }
}
