import Glibc
import LogStorage
import Model
import Spool
import Store
import TestSupport
import Testing

/// A directory on a disk that is full.
@Suite struct FullStorageTests {
  @Test(.enabled(if: geteuid() == 0, "only root may mount"))
  func `a log that finds no room stays live and whole, and is stored when there is room`()
    async throws
  {
    try await StorageFixture.with(.sqlite) { fixture in
      try #require(mount("tmpfs", fixture.folder, "tmpfs", 0, "size=512k") == 0)
      defer { umount2(fixture.folder, Int32(MNT_DETACH)) }
      let execution = try await StorageLossTests.add(5, lines: 12_000, to: fixture)
      let small = try await StorageLossTests.add(6, lines: 0, to: fixture)
      try await fixture.append([.init(.stdout, time: 1, text: "short\n")], to: small)
      for id in [execution, small] { try await fixture.end(id) }
      let live = try await fixture.liveBytes(of: execution)
      let service = try fixture.service()
      for _ in 0..<2 {
        try await service.resume()
        try await service.storeDue()
        let record = try #require(try await fixture.store.ask.logStorage.record(of: execution))
        #expect(record.state == .pending)
        #expect(record.error?.hasPrefix("full: ") == true, "\(record.error ?? "")")
        #expect(try await fixture.liveBytes(of: execution) == live)
        // Nothing of the attempt takes the room of others.
        #expect(try fixture.files() == ["demo/6.rdlog"])
      }
      try #require(
        mount("tmpfs", fixture.folder, "tmpfs", UInt(MS_REMOUNT), "size=16m") == 0)
      try await service.resume()
      try await service.storeDue()
      #expect(try await fixture.liveChunks(of: execution) == 0)
      #expect(try await fixture.bytes(of: execution, service.source) == live)
      #expect(try fixture.files() == ["demo/5.rdlog", "demo/6.rdlog"])
    }
  }
}
