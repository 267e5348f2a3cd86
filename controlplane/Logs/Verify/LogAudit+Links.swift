import Cryptography
import Spool
import Store

extension LogAudit {
  mutating func check(_ link: LogLink) {
    let chunk = link.chunk
    if let assignment = link.assignment, let offset = link.spoolOffset {
      cover(assignment, offset..<offset + link.length)
    }
    if Int64(chunk.data.count) != link.length {
      add(fault(.damaged, link, "\(chunk.data.count) bytes are there of \(link.length)"))
    }
    guard let digest = link.digest else {
      if isChained && link.chain == nil && previous == [LogChunkStore.chainStart] {
        isChained = false
      } else if isChained {
        add(fault(.damaged, link, "its digest is missing"))
      }
      return
    }
    if Digest.sha256(chunk.data) != digest {
      add(fault(.damaged, link, "its bytes do not have their digest"))
    } else if !isReadable(chunk) {
      add(fault(.damaged, link, "its frames do not hold the lines that it counts"))
    }
    follow(link, digest)
  }

  private mutating func follow(_ link: LogLink, _ digest: [UInt8]) {
    let due = previous.map {
      LogChunkStore.chain(after: $0, position: link.chunk.position, digest: digest)
    }
    if let chain = link.chain, due.isEmpty || due.contains(chain) {
      previous = [chain]
    } else {
      if isChained {
        add(fault(.damaged, link, "it does not follow the chunk before it in the chain"))
      }
      previous = due + (link.chain.map { [$0] } ?? [])
    }
  }

  private func isReadable(_ chunk: LogChunk) -> Bool {
    var reader = FrameReader(chunk.data)
    var lines: Int64 = 0
    while let frame = try? reader.next() { lines += frame.logLines }
    return lines == chunk.lines && reader.consumed == chunk.data.count
  }
}
