import Cryptography
import Testing

@Suite struct TokenTests {
  @Test func `a token can stand on a command line`() {
    let tokens = (1...2_000).map { _ in SecureRandom.token() }
    #expect(tokens.allSatisfy { !$0.hasPrefix("-") && $0.utf8.count == 43 })
    #expect(Set(tokens).count == 2_000)
    #expect(SecureRandom.token(0) == "")
  }
}
