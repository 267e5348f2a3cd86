import Testing

@testable import Identity

@Suite struct RequestOriginTests {
  @Test(
    arguments: [
      (nil, nil, true), ("http://h:4440", nil, true), ("https://public.example", nil, true),
      (nil, "http://h:4440/user/login", true), ("https://evil.example", "http://h:4440/", false),
      ("null", nil, false), (nil, "https://evil.example/?http://h:4440", false),
      ("http://h:4440.evil.example", nil, false),
    ] as [(String?, String?, Bool)])
  func `only our own pages may send a session's cookie`(
    origin: String?, referer: String?, isOurs: Bool
  ) {
    #expect(
      RequestOrigin.isOurs(
        origin: origin, referer: referer, host: "H:4440", base: "https://public.example:443/x")
        == isOurs)
  }

  @Test func `the administrators' group may do all, others nothing`() async {
    for (roles, isAllowed) in [(["admin"], true), (["user"], false), ([], false)] {
      let principal = Principal(user: "u", roles: Set(roles), credential: .staticToken)
      for action in Action.allCases {
        let decision = await AdminGroupPolicy().decide(principal, action, on: Resource(.job))
        #expect(decision.isAllowed == isAllowed)
      }
    }
  }
}
