import Testing

@testable import Identity

@Suite struct RealmTests {
  @Test(arguments: [
    "mypass", "OBF:1xfd1zt11uha1ugg1zsp1xfp", "MD5:a029d0df84eb5549c641e04a9ef389e5",
    "CRYPT:jsnDAc2Xk4W4o",
  ])
  func `a password matches in each of the documented forms, and another does not`(form: String) {
    let password = RealmPassword(form)
    #expect(password.matches("mypass"))
    #expect(!password.matches("mypast"))
  }

  @Test func `a bcrypt hash is checked by the system's library`() {
    let hash = "BCRYPT:$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
    #expect(RealmPassword(hash).matches("U*U"))
    #expect(!RealmPassword(hash).matches("U*V"))
  }

  @Test func `a file that cannot be read says why`() {
    #expect(RealmFile(path: "/nonexistent/realm").problem == "No such file or directory")
    #expect(StaticTokens(path: "/tmp").problem == "Is a directory")
    #expect(StaticTokens(path: "/dev/null").problem == nil)
  }

  @Test func `a realm file has users, passwords and roles, and passes over the rest`() {
    let entries = RealmFile.entries(
      """
      # comment
      admin: secret,user, admin
      bob=word
      broken
      empty:
      """)
    #expect(Set(entries.keys) == ["admin", "bob"])
    #expect(entries["admin"]?.roles == ["user", "admin"])
    #expect(entries["bob"]?.password == .plain("word"))
  }

  @Test func `a line of the tokens file without roles gives the default role`() {
    let entries = StaticTokens.entries("a: tok1,x,y\nb: tok2\n")
    #expect(entries[TokenDigest.of("tok1")]?.roles == ["x", "y"])
    #expect(entries[TokenDigest.of("tok2")]?.roles == [StaticTokens.defaultRole])
    #expect(entries["tok1"] == nil)
  }
}
