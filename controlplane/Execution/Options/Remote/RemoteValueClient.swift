import HTTPClient

/// Asks servers, and where it is allowed files, for options' values. Nothing is kept.
struct RemoteValueClient: Sendable {
  let http: HTTPClient
  let settings: RemoteValuesSettings

  /// One question.
  struct Question: Sendable, Hashable {
    var address: RemoteAddress
    var credential: RemoteCredential?
    var filter: String?
    /// Whether the answer must say what it is.
    var checksType = true
  }

  /// How many redirects are followed.
  static let redirects = 5

  /// The values; answered within `patience`.
  func values(
    _ question: Question, within patience: Duration
  ) async throws(RemoteValuesError) -> [OptionChoice] {
    let answer =
      question.address.scheme == .file
      ? try RemoteFolder(path: settings.folder).answer(question, limit: settings.answerBytes)
      : try await answer(question, within: patience)
    return try answer.choices(filter: question.filter)
  }

  private func answer(
    _ question: Question, within patience: Duration
  ) async throws(RemoteValuesError) -> RemoteAnswer {
    let end = ContinuousClock.now + min(patience, settings.wholeTime)
    var address = question.address
    for _ in 0...Self.redirects {
      // A secret is for the server that the job names, and for nobody whom that server names.
      let credential = address.origin == question.address.origin ? question.credential : nil
      let response = try await ask(address, credential, until: end)
      guard (301...303).contains(response.status) || (307...308).contains(response.status) else {
        return try read(response, question, from: address)
      }
      guard let location = response.headers["Location"] else {
        throw .unreadable("\(address.shown) redirects to nowhere")
      }
      address = try address.redirected(to: location)
    }
    throw .unreachable(
      "\(question.address.shown) redirects more than \(Self.redirects) times")
  }

  private func read(
    _ response: HTTPResponse, _ question: Question, from address: RemoteAddress
  ) throws(RemoteValuesError) -> RemoteAnswer {
    guard (200..<300).contains(response.status) else {
      throw .status(response.status, address: address.shown)
    }
    return RemoteAnswer(
      form: try RemoteAnswer.form(
        ofType: response.headers["Content-Type"], isChecked: question.checksType,
        from: address.shown),
      bytes: response.body)
  }

  private func ask(
    _ address: RemoteAddress, _ credential: RemoteCredential?, until end: ContinuousClock.Instant
  ) async throws(RemoteValuesError) -> HTTPResponse {
    var tries = min(address.retries ?? settings.retries, 100)
    while true {
      do throws(HTTPClientError) {
        return try await http.send(
          request(address, credential, until: end), limit: settings.answerBytes)
      } catch {
        tries -= 1
        guard error.code == .connectionLost, tries >= 0, ContinuousClock.now < end else {
          throw .unreachable(Self.text(error, address, settings))
        }
      }
    }
  }

  private func request(
    _ address: RemoteAddress, _ credential: RemoteCredential?, until end: ContinuousClock.Instant
  ) -> HTTPRequest {
    let left = max(.milliseconds(1), ContinuousClock.now.duration(to: end))
    let idle = address.timeout.map { Duration.seconds($0) } ?? settings.timeout
    let connect = address.connectTimeout.map { Duration.seconds($0) } ?? settings.connectTimeout
    var request = HTTPRequest(
      "GET", address.text, headers: ["Accept": "application/json, text/plain;q=0.5"],
      timeouts: HTTPTimeouts(
        connect: min(connect.flatMap { $0 == .zero ? nil : $0 } ?? left, left), total: left,
        idle: idle == .zero ? nil : idle))
    switch credential {
    case nil: break
    case .header(let name, let value): request.headers[name] = value
    case .query(let name, let value):
      request.url += (address.text.contains("?") ? "&" : "?")
      request.url += RemoteTemplate.encoded(name) + "=" + RemoteTemplate.encoded(value)
    }
    return request
  }

  private static func text(
    _ error: HTTPClientError, _ address: RemoteAddress, _ settings: RemoteValuesSettings
  ) -> String {
    switch error.code {
    case .responseTooLarge:
      "\(address.shown) answered with more than \(settings.answerBytes) bytes"
    case .timedOut, .idleTimedOut, .connectTimedOut: "\(address.shown) did not answer in time"
    default: "\(address.shown): \(error.message)"
    }
  }
}
