import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
  /// A JSON answer.
  static func json(_ value: JSON, status: HTTPResponse.Status = .ok) -> Response {
    .bytes(value.bytes(), type: "application/json;charset=UTF-8", status: status)
  }

  static func text(_ text: String, type: String = "text/plain;charset=UTF-8") -> Response {
    .bytes(Array(text.utf8), type: type)
  }

  static func bytes(
    _ bytes: [UInt8], type: String, status: HTTPResponse.Status = .ok
  ) -> Response {
    Response(
      status: status, headers: [.contentType: type],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  static var noContent: Response { Response(status: .noContent) }

  /// The browser is to go on elsewhere (with GET).
  static func redirect(to location: String) -> Response {
    Response(status: .seeOther, headers: [.location: location])
  }
}

extension APIError {
  /// The answer that this error is.
  var response: Response {
    var response = Response.json(
      [
        "error": error.map { .text($0) } ?? true,
        "apiversion": .integer(Int64(APIVersion.newest)),
        "errorCode": .text(code), "message": .text(message),
      ], status: status)
    response.headers.append(contentsOf: headers)
    return response
  }
}
