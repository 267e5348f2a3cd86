import HTTPClient

extension S3Client {
  /// The uploads of keys that begin with `prefix` which were neither completed nor aborted, at most 1,000.
  public func uploads(prefix: String = "") async throws(S3Error) -> [S3Upload] {
    let query = [("max-uploads", "1000"), ("prefix", prefix), ("uploads", "")]
    let root = try await document(Call("GET", query: query), "ListMultipartUploadsResult")
    return root.all("Upload").compactMap { node in
      guard let key = node.text(at: "Key"), let id = node.text(at: "UploadId") else { return nil }
      return S3Upload(
        key: key, id: id,
        initiated: node.text(at: "Initiated").flatMap(ServerTime.seconds(timestamp:)))
    }
  }

  /// Removes an upload with all its parts; that there is none is no error.
  public func abort(_ upload: S3Upload) async throws(S3Error) {
    do throws(S3Error) {
      _ = try await send(Call("DELETE", upload.key, query: [("uploadId", upload.id)]))
    } catch  where error.code == .noSuchUpload || error.code == .noSuchObject {}
  }

  /// Uploads what `pieces` gives in parts. No more of it is in memory than is under way, and one part.
  func upload(
    _ key: String, _ pieces: inout PieceReader, _ headers: HTTPHeaders
  ) async throws(S3Error) -> S3Stored {
    let root = try await document(
      Call("POST", key, query: [("uploads", "")], headers: headers, body: []),
      "InitiateMultipartUploadResult")
    guard let id = root.text(at: "UploadId"), !id.isEmpty else {
      throw S3Error(.badAnswer, "the server began an upload of \(key) without a name")
    }
    let upload = S3Upload(key: key, id: id)
    do throws(S3Error) {
      let parts = try await send(&pieces, as: upload)
      return try await complete(upload, parts)
    } catch {
      // A task of its own: this one may be cancelled. What fails here is found by `uploads(prefix:)`.
      await Task { try? await abort(upload) }.value
      throw error
    }
  }

  private struct Part: Sendable {
    let number: Int
    let size: Int
    let etag: String
  }

  private func send(
    _ pieces: inout PieceReader, as upload: S3Upload
  ) async throws(S3Error) -> [Part] {
    var number = 0
    var parts: [Part] = []
    var failure: S3Error?
    await withTaskGroup(of: Result<Part, S3Error>.self) { group in
      var underWay = 0
      while failure == nil {
        do throws(S3Error) {
          guard let bytes = try await nextPart(&pieces, &number) else { break }
          group.addTask { [number] in await self.send(bytes, number, of: upload) }
          underWay += 1
        } catch {
          failure = error
        }
        if underWay == max(1, configuration.partsAtOnce), let sent = await group.next() {
          underWay -= 1
          Self.take(sent, &parts, &failure)
        }
      }
      if failure != nil { group.cancelAll() }
      for await sent in group { Self.take(sent, &parts, &failure) }
    }
    if let failure { throw failure }
    return parts.sorted { $0.number < $1.number }
  }

  /// The next part, or nil at the end.
  private func nextPart(
    _ pieces: inout PieceReader, _ number: inout Int
  ) async throws(S3Error) -> [UInt8]? {
    let size = configuration.partSize
    let bytes = try await pieces.take(size)
    guard !bytes.isEmpty else { return nil }
    number += 1
    guard number <= S3Configuration.mostParts else {
      throw S3Error(.tooLarge, "more than \(S3Configuration.mostParts) parts of \(size) bytes")
    }
    return bytes
  }

  private static func take(
    _ sent: Result<Part, S3Error>, _ parts: inout [Part], _ failure: inout S3Error?
  ) {
    switch sent {
    case .success(let part): parts.append(part)
    case .failure(let error): failure = failure ?? error
    }
  }

  private func send(
    _ bytes: [UInt8], _ number: Int, of upload: S3Upload
  ) async -> Result<Part, S3Error> {
    let call = Call(
      "PUT", upload.key, query: [("partNumber", "\(number)"), ("uploadId", upload.id)], body: bytes)
    return await repeating { () throws(S3Error) in
      let answer = try await send(call)
      guard let etag = answer.headers["etag"] else {
        throw S3Error(.badAnswer, "part \(number) of \(upload.key) got no ETag")
      }
      return Part(number: number, size: bytes.count, etag: etag)
    }
  }

  private func complete(
    _ upload: S3Upload, _ parts: [Part]
  ) async throws(S3Error) -> S3Stored {
    let list = parts.map {
      "<Part><PartNumber>\($0.number)</PartNumber><ETag>\(XMLNode.escaped($0.etag))</ETag></Part>"
    }
    let body = "<CompleteMultipartUpload>\(list.joined())</CompleteMultipartUpload>"
    let call = Call(
      "POST", upload.key, query: [("uploadId", upload.id)], headers: ["Content-Type": "text/xml"],
      body: Array(body.utf8), patience: .seconds(300))
    let size = parts.reduce(Int64(0)) { $0 + Int64($1.size) }
    let etag = await repeating { () throws(S3Error) -> String in
      do throws(S3Error) {
        let root = try await document(call, "CompleteMultipartUploadResult")
        return root.text(at: "ETag") ?? ""
      } catch {
        // The answer to an attempt before this one was lost: the object is there already.
        guard error.code == .noSuchUpload, let object = try await head(upload.key),
          object.size == size
        else { throw error }
        return object.etag
      }
    }
    return S3Stored(size: size, etag: try etag.get(), parts: parts.count)
  }

  /// Tries so often as the configuration says while trying again makes sense.
  private func repeating<Answer: Sendable>(
    _ body: () async throws(S3Error) -> Answer
  ) async -> Result<Answer, S3Error> {
    var pause = configuration.partPause
    for attempt in 1... {
      do throws(S3Error) {
        return .success(try await body())
      } catch {
        guard error.isRetryable, error.code != .noSuchUpload, attempt < configuration.partAttempts,
          (try? await Task.sleep(for: pause)) != nil
        else { return .failure(error) }
        pause *= 2
      }
    }
    return .failure(S3Error(.cancelled, "no attempt was made"))
  }
}
