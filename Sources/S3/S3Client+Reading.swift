import HTTPClient

extension S3Client {
  /// An object's bytes, all or those of `range`, as they come.
  ///
  /// Throws `noSuchObject`, and `badRange` when the object has no byte of the range; a range that goes on behind the
  /// object's end brings what there is.
  public func get(
    _ key: String, range: Range<Int64>? = nil
  ) async throws(S3Error) -> S3Download {
    var call = Call("GET", key)
    if let range {
      guard !range.isEmpty, range.lowerBound >= 0 else {
        throw S3Error(.badRequest, "an empty or negative range of \(key)")
      }
      call.headers["Range"] = "bytes=\(range.lowerBound)-\(range.upperBound - 1)"
    }
    let answer = try await stream(call)
    guard let length = answer.headers["content-length"].flatMap({ Int64($0) }) else {
      throw S3Error(.badAnswer, "the answer for \(key) does not say its length")
    }
    let (came, size) = try Self.extent(of: answer.head, length, asked: range)
    return S3Download(
      object: Self.object(key, size: size, answer.headers), range: came, body: answer.body)
  }

  /// As `get`, when it has all come. Throws `tooLarge` when there are more than `limit` bytes.
  public func bytes(
    of key: String, range: Range<Int64>? = nil, limit: Int = 16 * 1024 * 1024
  ) async throws(S3Error) -> [UInt8] {
    let download = try await get(key, range: range)
    guard download.range.count <= limit else {
      throw S3Error(.tooLarge, "\(key) has more than \(limit) bytes")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(download.range.count)
    do throws(HTTPClientError) {
      for try await piece in download.body { bytes += piece }
    } catch {
      throw S3Error(error)
    }
    return bytes
  }

  /// What the bucket says of an object, or nil when there is none.
  public func head(_ key: String) async throws(S3Error) -> S3Object? {
    do throws(S3Error) {
      let answer = try await send(Call("HEAD", key))
      guard let size = answer.headers["content-length"].flatMap({ Int64($0) }) else {
        throw S3Error(.badAnswer, "the answer for \(key) does not say its length")
      }
      return Self.object(key, size: size, answer.headers)
    } catch  where error.code == .noSuchObject {
      return nil
    }
  }

  /// Removes an object; that there is none is no error.
  public func delete(_ key: String) async throws(S3Error) {
    do throws(S3Error) {
      _ = try await send(Call("DELETE", key))
    } catch  where error.code == .noSuchObject {}
  }

  /// Some of the objects whose keys begin with `prefix`, in the order of the keys' bytes; `continuation` is what the
  /// page before said.
  public func list(
    prefix: String = "", continuation: String? = nil, limit: Int = 1000
  ) async throws(S3Error) -> S3Page {
    var query = [("list-type", "2"), ("max-keys", "\(limit)"), ("prefix", prefix)]
    if let continuation { query.append(("continuation-token", continuation)) }
    let root = try await document(Call("GET", query: query), "ListBucketResult")
    let isCut = root.text(at: "IsTruncated") == "true"
    return S3Page(
      objects: try root.all("Contents").map { node throws(S3Error) in try Self.object(node) },
      continuation: isCut ? root.text(at: "NextContinuationToken") : nil)
  }

  /// Sends a request and reads its answer's XML, whose root has this name.
  func document(_ call: Call, _ name: String) async throws(S3Error) -> XMLNode {
    let answer = try await send(call)
    guard let root = XMLNode.parse(answer.body) else {
      throw S3Error(.badAnswer, "the answer to \(call.method) is no XML", status: answer.status)
    }
    // S3 may find out that it fails after it has said 200, and then says so in the body.
    if root.name == "Error" { throw failure(of: call, answer.head, answer.body) }
    guard root.name == name else {
      throw S3Error(.badAnswer, "\(name) was expected, not \(root.name)", status: answer.status)
    }
    return root
  }

  private static func object(_ key: String, size: Int64, _ headers: HTTPHeaders) -> S3Object {
    let start = "x-amz-meta-"
    let fields = headers.fields.map { (name: $0.name.lowercased(), value: $0.value) }
      .filter { $0.name.hasPrefix(start) }
    return S3Object(
      key: key, size: size, etag: headers["etag"] ?? "",
      modified: headers["last-modified"].flatMap(ServerTime.seconds(header:)),
      metadata: Dictionary(
        fields.map { (String($0.name.dropFirst(start.count)), $0.value) },
        uniquingKeysWith: { first, _ in first }))
  }

  private static func object(_ node: XMLNode) throws(S3Error) -> S3Object {
    guard let key = node.text(at: "Key"), let size = node.text(at: "Size").flatMap({ Int64($0) })
    else { throw S3Error(.badAnswer, "an object in the list has no key or no size") }
    return S3Object(
      key: key, size: size, etag: node.text(at: "ETag") ?? "",
      modified: node.text(at: "LastModified").flatMap(ServerTime.seconds(timestamp:)), metadata: [:]
    )
  }

  /// Which bytes come, of how many.
  private static func extent(
    of head: HTTPResponseHead, _ length: Int64, asked: Range<Int64>?
  ) throws(S3Error) -> (Range<Int64>, Int64) {
    guard let asked else { return (0..<length, length) }
    // bytes 0-9/100
    let text = head.headers["content-range"] ?? ""
    let numbers = text.split(whereSeparator: { !$0.isNumber }).compactMap { Int64($0) }
    guard head.status == 206, numbers.count == 3, numbers[0] == asked.lowerBound,
      numbers[1] - numbers[0] + 1 == length
    else {
      throw S3Error(
        .badAnswer, "the server did not keep to the range asked for: \(text)", status: head.status)
    }
    return (numbers[0]..<numbers[1] + 1, numbers[2])
  }
}
