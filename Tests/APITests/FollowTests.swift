import HTTPClient
import HTTPTypes
import Logs
import Model
import Spool
import Store
import TestSupport
import Testing

@testable import API

@Suite struct FollowTests {
  private static let lines = ["one", "zwei 🙂", "", "三 <output>: data\r", "five"]

  private static func text(_ event: FollowedStream.Event?) -> String? {
    event?.data["log"]?.scalar
  }

  @Test(arguments: Engine.all)
  func `events come line by line as they are stored, and the end after the last`(
    engine: Engine
  ) async throws {
    try await FollowRoom.with(engine) { room in
      try await room.serving { member in
        var stream = try await member.events()
        #expect(stream.head.headers["Content-Type"] == "text/event-stream")
        #expect(stream.head.headers["Cache-Control"]?.contains("no-store") == true)
        #expect(stream.head.headers["X-Accel-Buffering"] == "no")
        let state = try await stream.event()
        #expect(state?.name == "state" && state?.data["execState"] == "running")
        var last = ""
        for line in Self.lines {
          try await room.print([line])
          let entry = try await stream.event()
          #expect(entry?.name == "entry" && Self.text(entry) == line)
          #expect(entry?.data["node"] == "here" && entry?.data["level"] == "NORMAL")
          last = entry?.id ?? ""
        }
        try await room.end(.failed)
        #expect(try await stream.event()?.data["execState"] == "failed")
        let end = try await stream.event()
        #expect(end?.name == "end" && end?.data["offset"] == .text(last))
        #expect(end?.data["execState"] == "failed" && end?.data["execCompleted"] == true)
        #expect(try await stream.event() == nil)
        // Whoever comes back to what has ended is told to stay away.
        #expect(try await member.events(after: end?.id).head.status == 204)
      }
    }
  }

  @Test(arguments: Engine.all)
  func `a stop ends the stream, and another member goes on behind the last event`(
    engine: Engine
  ) async throws {
    try await FollowRoom.with(engine) { room in
      let place = Place()
      try await room.serving { member in
        var stream = try await member.events()
        _ = try await stream.event()
        for line in Self.lines.prefix(2) {
          try await room.print([line])
          await place.take(try await stream.event())
        }
        await member.stop()
        while let event = try await stream.event() { await place.take(event) }
      }
      try await room.print(Array(Self.lines.dropFirst(2)))
      // A member that nobody tells anything.
      try await room.serving(FollowRoom.polled, signals: LogSignals(member: "b")) { member in
        var stream = try await member.events("?offset=0", after: await place.id)
        _ = try await stream.event()
        for _ in Self.lines.dropFirst(2) { await place.take(try await stream.event()) }
        try await room.print(["six"])
        await place.take(try await stream.event())
        try await room.end(.succeeded)
        _ = try await stream.event()
        #expect(try await stream.event()?.name == "end")
      }
      #expect(await place.text == Self.lines + ["six"])
    }
  }

  @Test func `text comes line by line, byte by byte as it was printed`() async throws {
    try await FollowRoom.with { room in
      try await room.serving { member in
        var stream = try await member.open("/execution/1/output.text?follow=true")
        var other = try await member.open("/execution/1/output?format=text&follow=true&lastlines=1")
        try await room.print(["one"])
        #expect(try await stream.line() == "one")
        #expect(try await other.line() == "one")
        let cut: [UInt8] = [0xFF, 0x00, 0xE4]
        try await room.store(cut, flags: .continues)
        try await room.store([0xBD, 0xA0, 13, 10, 10, 65])
        try await room.end(.succeeded)
        #expect(try await stream.rest() == cut + [0xBD, 0xA0, 13, 10, 10, 65, 10])
        var whole = try await member.open("/execution/1/output.text")
        let bytes = try await whole.rest()
        #expect(try await other.rest() == Array(bytes.dropFirst(4)))
        var last = try await member.open("/execution/1/output.text?follow=true&lastlines=1")
        #expect(try await last.rest() == [65, 10])
      }
    }
  }

  @Test func `a stop ends text too, with the place to go on in the trailer`() async throws {
    try await FollowRoom.with { room in
      try await room.serving { member in
        var stream = try await member.open("/execution/1/output.text?follow=true")
        #expect(stream.head.headers["Trailer"]?.contains("X-Rundeck-ExecOutput-Offset") == true)
        try await room.print(["one"])
        #expect(try await stream.line() == "one")
        await member.stop()
        #expect(try await stream.rest() == [])
      }
      let place = OutputFollower.Place(start: .offset(17), status: .running)
      #expect(place.trailers.count == 3)
      #expect(place.trailers.first?.value == "17")
    }
  }

  @Test func `a large log comes whole, in pages, whoever stops reading in between`() async throws {
    try await FollowRoom.with { room in
      let line = String(repeating: "x", count: 200)
      let block = (0..<5_000).map { "\($0) \(line)\n" }.joined()
      for _ in 0..<4 { try await room.store(Array(block.utf8)) }
      try await room.serving { member in
        // It reads nothing, and holds up nobody.
        _ = try await member.open("/execution/1/output.text?follow=true")
        var stream = try await member.open("/execution/1/output.text?follow=true")
        #expect(try await stream.line() == "0 \(line)")
        try await room.end(.succeeded)
        let rest = try await stream.rest()
        #expect(rest.count == block.utf8.count * 4 - line.utf8.count - 3)
      }
    }
  }

  @Test func `a client that goes leaves nothing behind`() async throws {
    try await FollowRoom.with { room in
      try await room.serving { member in
        do {
          var stream = try await member.events()
          _ = try await stream.event()
          #expect(room.signals.followers == 1)
        }
        _ = try await eventually("the follower is gone") {
          room.signals.followers == 0 ? true : nil
        }
      }
    }
  }

  @Test func `a silent stream says that it lives`() async throws {
    try await FollowRoom.with { room in
      let timing = FollowTiming(poll: .milliseconds(5), heartbeat: .milliseconds(20))
      try await room.serving(timing) { member in
        var stream = try await member.events()
        var blocks: [String] = []
        for _ in 0..<4 { blocks.append(try await stream.block() ?? "") }
        #expect(blocks[0] == "retry: 1000" && blocks[1].hasPrefix("event: state\n"))
        #expect(blocks[2...].allSatisfy { $0.hasPrefix(":") })
      }
    }
  }

  @Test func `what cannot be followed is refused`() async throws {
    try await FollowRoom.with { room in
      try await room.serving { member in
        #expect(try await member.open("/execution/1/output.json?follow=true").head.status == 400)
        #expect(try await member.open("/execution/2/output.text?follow=true").head.status == 404)
        #expect(try await member.events(after: "x").head.status == 400)
        // A format goes before what the client accepts.
        let json = try await member.events("?format=json").head
        #expect(json.headers["Content-Type"] == "application/json;charset=UTF-8")
      }
    }
  }

  /// What a client has seen, and where it goes on.
  private actor Place {
    private(set) var text: [String] = []
    private(set) var id: String?

    func take(_ event: FollowedStream.Event?) {
      guard event?.name == "entry" else { return }
      text.append(FollowTests.text(event) ?? "")
      id = event?.id
    }
  }
}
