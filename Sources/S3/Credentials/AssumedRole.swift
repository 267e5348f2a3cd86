import Cryptography
import HTTPClient

/// A role whose temporary credentials others may ask for (STS, `AssumeRole`).
struct AssumedRole: Sendable {
  let role: String
  let session: String
  let externalID: String?
  let region: String
  /// The address of the service; nil is Amazon's of the region.
  let endpoint: String?

  func credentials(
    by base: S3Credentials, _ http: HTTPClient
  ) async throws(S3Error) -> S3Credentials {
    let answer: HTTPResponse
    do throws(HTTPClientError) {
      answer = try await http.send(request(signedBy: base))
    } catch {
      throw S3Error(error)
    }
    let root = XMLNode.parse(answer.body)
    guard answer.status == 200, let found = credentials(in: root) else {
      let error = root?.children.first { $0.name == "Error" }
      throw S3Error(
        answer.status >= 500 ? .unavailable : .denied,
        "\(base.source) may not take the role \(role): \(error?.text(at: "Message") ?? "refused")",
        serverCode: error?.text(at: "Code"), status: answer.status)
    }
    return found
  }

  private func request(signedBy base: S3Credentials) -> HTTPRequest {
    var query = [
      ("Action", "AssumeRole"), ("RoleArn", role), ("RoleSessionName", session),
      ("Version", "2011-06-15"),
    ]
    if let externalID { query.insert(("ExternalId", externalID), at: 1) }
    let text = query.map { "\($0.0)=\(S3Address.encode($0.1))" }.joined(separator: "&")
    var headers: HTTPHeaders = ["x-amz-content-sha256": Digest.hex([])]
    headers["x-amz-security-token"] = base.sessionToken
    return HTTPRequest(
      "GET", "\(endpoint ?? "https://sts.\(region).amazonaws.com")/?\(text)", headers: headers,
      timeouts: HTTPTimeouts(connect: .seconds(10), total: .seconds(30)),
      signing: HTTPSigning(
        region: region, service: "sts", accessKey: base.accessKey, secretKey: base.secretKey))
  }

  private func credentials(in root: XMLNode?) -> S3Credentials? {
    let result = root?.children.first { $0.name == "AssumeRoleResult" }
    guard let node = result?.children.first(where: { $0.name == "Credentials" }),
      let accessKey = node.text(at: "AccessKeyId"),
      let secretKey = node.text(at: "SecretAccessKey"), let token = node.text(at: "SessionToken")
    else { return nil }
    return S3Credentials(
      accessKey: accessKey, secretKey: secretKey, sessionToken: token,
      expiry: node.text(at: "Expiration").flatMap(ServerTime.seconds(timestamp:)),
      source: "the role \(role)")
  }
}
