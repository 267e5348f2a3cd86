import HTTPClient
import Model

/// The HTTP request steps, for a node or once in the workflow: the member sends the request.
struct RequestStep: MemberStep {
  /// The largest answer, in bytes.
  static let mostBytes = 4 << 20

  private let request: HTTPRequest
  private let route: StepWeb.Route
  private let time: Duration
  private let authentication: RequestAuthentication
  private let expectedStatus: Int?
  private let printsResponse: Bool
  private let printsStatus: Bool
  private let user: String
  private let project: String

  /// Throws `UnfitStep` for settings that are missing or cannot be used.
  init(_ settings: StepConfiguration, in step: StepInContext) throws(UnfitStep) {
    user = step.user
    project = step.project
    let method = try settings.required("method").uppercased()
    guard Self.methods.contains(method) else {
      throw settings.bad("method", method, "one of \(Self.methods.joined(separator: ", "))")
    }
    let body = try settings.text("body")
    request = HTTPRequest(
      method, try Self.address(settings), headers: try RequestHeaders.read(settings),
      body: body.map { .bytes(Array($0.utf8)) })
    route = try Self.route(settings)
    time = .milliseconds(try settings.number("timeout", in: 1...3_600_000) ?? 30_000)
    authentication = try RequestAuthentication(settings)
    expectedStatus =
      try settings.flag("checkResponseCode")
      ? try settings.number("responseCode", in: 100...999) ?? 200 : nil
    printsResponse = try settings.flag("printResponse")
    printsStatus = try settings.flag("printResponseCode")
    if try settings.flag("printResponseToFile") {
      throw UnfitStep(
        message:
          "Step \(settings.type): printResponseToFile would write a file of the control plane's "
          + "host, which no step may; capture the answer with printResponse and a log filter instead"
      )
    }
  }

  static let methods = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"]

  /// What changes nothing on the server may be asked again.
  var isRepeatable: Bool { ["GET", "HEAD", "OPTIONS"].contains(request.method) }

  func run(_ tools: MemberTools) async -> MemberStepResult {
    var secret: String?
    do throws(StepFailure) {
      secret = try await authentication.secret(StepKeys(tools, for: user, in: project))
    } catch {
      return MemberStepResult(.failed(error))
    }
    var result = await run(tools, secret)
    // The password may be no secret of the execution's: the key storage has it.
    if let secret { result.secrets.append(secret) }
    return result
  }

  private func run(_ tools: MemberTools, _ secret: String?) async -> MemberStepResult {
    do throws(StepFailure) {
      var request = request
      if let field = try await authentication.field(secret, tools, route, within: time) {
        request.headers["Authorization"] = field
      }
      let response = try await tools.web.send(
        request, route: route, limit: Self.mostBytes, within: time)
      return judge(response)
    } catch {
      return MemberStepResult(.failed(error))
    }
  }

  private func judge(_ response: HTTPResponse) -> MemberStepResult {
    var lines: [MemberStepResult.Line] = []
    if printsStatus {
      lines.append(
        MemberStepResult.Line(level: .normal, text: "Response Code: \(response.status)"))
    }
    if printsResponse, !response.body.isEmpty {
      lines += response.text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        .map { MemberStepResult.Line(level: .normal, text: String($0)) }
    }
    let isGood = expectedStatus.map { $0 == response.status } ?? (response.status < 400)
    if isGood { return MemberStepResult(.succeeded, lines: lines) }
    let wish = expectedStatus.map { ", expected \($0)" } ?? ""
    return MemberStepResult(
      .failed(
        StepFailure(
          "HTTPFailure",
          "\(request.method) \(request.url): the server answered \(response.status)\(wish)")),
      lines: lines)
  }

  private static func address(_ settings: StepConfiguration) throws(UnfitStep) -> String {
    guard let raw = settings.raw("remoteUrl") else {
      throw UnfitStep(message: "Step \(settings.type): the setting remoteUrl is missing")
    }
    let address = try settings.expandAddress(raw)
    guard StepAddress.isHTTP(address) else {
      throw settings.bad("remoteUrl", address, "an address that begins with http:// or https://")
    }
    return address
  }

  private static func route(_ settings: StepConfiguration) throws(UnfitStep) -> StepWeb.Route {
    var route = StepWeb.Route(verifies: try settings.flag("sslVerify", or: true))
    guard try settings.flag("proxySettings"), let host = try settings.text("proxyIP") else {
      return route
    }
    let isHost = host.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || ".-:[]".contains($0))
    }
    guard isHost else { throw settings.bad("proxyIP", host, "a name or an address of a host") }
    let port = try settings.number("proxyPort", in: 1...65_535) ?? 8080
    route.proxy = "http://\(host):\(port)"
    return route
  }
}

extension StepConfiguration {
  func expandAddress(_ address: String) throws(UnfitStep) -> String {
    do throws(ExpansionOverrun) {
      return try StepAddress.expand(
        address, ReferenceExpansion(context: context, limit: 65_536))
    } catch {
      throw UnfitStep(message: "Step \(type): \(error)")
    }
  }
}
