import Glibc
import TestSupport
import Testing

/// Connections whose other end is gone without a word: no end of the stream, no reset, no answer any more.
@Suite(.serialized) struct FaultSilenceTests {
  /// A host of its own, as the kernel sees it: a network namespace with one cable to this one.
  private struct FarHost {
    private let holder: SpawnedProcess
    private let cable: String
    private let folder: String
    let near: String

    init(_ folder: String) async throws {
      self.folder = folder
      holder = try SpawnedProcess(
        "/usr/bin/unshare", ["--net", "sleep", "600"], environment: [:],
        outputPath: "\(folder)/far-host")
      let (pid, own) = (holder.pid, Self.network(of: "self"))
      try await waitUntil("the host has a network of its own") {
        !Self.network(of: "\(pid)").isEmpty && Self.network(of: "\(pid)") != own
      }
      cable = "qd\(pid)"
      let net = "10.\(200 + pid % 50).\(pid / 50 % 250)"
      near = "\(net).1"
      try await shell(
        """
        ip link add \(cable) type veth peer name far netns \(pid)
        ip addr add \(near)/30 dev \(cable)
        ip link set \(cable) up
        \(inside) ip addr add \(net).2/30 dev far
        \(inside) ip link set far up
        """)
    }

    private var inside: String { "nsenter --target \(holder.pid) --net" }

    private static func network(of process: String) -> String {
      link("/proc/\(process)/ns/net")
    }

    /// Opens connections to a port here, each with a request that is not whole yet; answers when they are open.
    func connect(_ count: Int, to port: UInt16) throws -> SpawnedProcess {
      try SpawnedProcess(
        "/bin/bash",
        [
          "-c",
          """
          exec \(inside) bash -c '
          for number in $(seq \(count)); do
            exec {line}<>/dev/tcp/\(near)/\(port)
            printf "POST /api/59/projects HTTP/1.1\\r\\nHost: a\\r\\nX-Rundeck-Auth-Token: administrators-token\\r\\nContent-Type: application/json\\r\\nContent-Length: 100\\r\\n\\r\\n{" >&$line
          done
          echo open
          sleep 600'
          """,
        ], environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
        outputPath: "\(folder)/far-connections")
    }

    /// From now on nothing that it sends arrives, and nothing that is sent to it.
    func vanish() async throws { try await shell("\(inside) ip link set far down") }

    func remove() { holder.end(SIGKILL) }

    private func shell(_ commands: String) async throws {
      let process = try SpawnedProcess(
        "/bin/sh", ["-e", "-c", commands],
        environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"], outputPath: "\(folder)/far-shell")
      guard await process.wait() == .exited(0) else {
        throw NeverHappened(description: "\(commands): \(process.output)")
      }
    }
  }

  /// Whether this process may make networks.
  private static let mayIsolate: Bool = {
    guard geteuid() == 0, let pipe = popen("unshare --net true 2>/dev/null && echo 1", "re")
    else { return false }
    let first = fgetc(pipe)
    pclose(pipe)
    return first == Int32(UInt8(ascii: "1"))
  }()

  /// Where a link of the kernel's leads; empty when there is none.
  private static func link(_ path: String) -> String {
    var target = [UInt8](repeating: 0, count: 64)
    let length = target.withUnsafeMutableBytes {
      readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), 64)
    }
    return String(decoding: target.prefix(max(length, 0)), as: UTF8.self)
  }

  private static func sockets(of process: Int32) -> Int {
    guard let folder = opendir("/proc/\(process)/fd") else { return 0 }
    defer { closedir(folder) }
    var count = 0
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if link("/proc/\(process)/fd/\(name)").hasPrefix("socket:") { count += 1 }
    }
    return count
  }

  @Test(.enabled(if: mayIsolate, "only root may make networks"))
  func `who is gone without a word is noticed, and no descriptor is kept`() async throws {
    try await Slots.processes.with {
      let installation = try Installation(
        databaseURL: nil,
        settings: [
          "server.address": "0.0.0.0", "quarterdeck.http.peerTimeout": "2s",
          // Nothing else ends these requests before the test does.
          "quarterdeck.http.bodyTimeout": "3600s",
        ])
      let member = try await installation.startControlPlane()
      let far = try await FarHost(installation.folder)
      defer { far.remove() }
      let before = Self.sockets(of: member.process.pid)
      let connections = try far.connect(40, to: installation.port)
      try await waitUntil("all connections are open") {
        connections.output.contains("open")
          && Self.sockets(of: member.process.pid) >= before + 40
      }
      try await far.vanish()
      try await waitUntil("no descriptor is kept") {
        Self.sockets(of: member.process.pid) <= before
      }
      try await installation.api.createProject("still-there")
      await member.stop()
    }
  }
}
