import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import API

@Suite struct RouteTableTests {
  @Test func `no route stands twice in the table`() async throws {
    try await APIFixture.with { api in
      let keys = api.table.routes.map { "\($0.method.rawValue) \($0.pattern)" }
      #expect(Set(keys).count == keys.count)
    }
  }

  @Test func `every route of the table is in the router and asks for what the table says`()
    async throws
  {
    try await APIFixture.with { api in
      for route in api.table.routes {
        let path = route.pattern.replacing("{version}", with: "59")
          .replacing(/\{[a-z]+\}/, with: "1")
        let answer = try await api.raw(route.method, path)
        let metrics = try await api.raw(.get, "/metrics").text
        #expect(
          metrics.contains("method=\"\(route.method.rawValue)\",route=\"\(route.pattern)\"")
            || answer.status == 403, "\(route.method) \(route.pattern)")
        #expect((answer.status == 403) == (route.access != .open), "\(route.pattern)")
        #expect(answer.status != 404 && answer.status != 405, "\(route.pattern)")
      }
    }
  }

  @Test func `every route of the API names an action and a resource or says why not`() async throws
  {
    try await APIFixture.with { api in
      for route in api.table.routes where route.access == .open {
        #expect(route.since == nil, "\(route.pattern)")
      }
      let free = api.table.routes.filter { $0.access == .authenticated }.map(\.path)
      #expect(free == ["/user/roles", "/user/info", "/user/info"])
    }
  }
}
