import Glibc
import Model
import Testing

@testable import Cluster

@Suite struct MemberIdentityTests {
  @Test func `the configured UUID wins and nothing is kept`() throws {
    try Self.inFolder { folder in
      let id = try MemberIdentity.resolve(configured: "given", stateDirectory: folder) { "new" }
      #expect(id == MemberID("given"))
      #expect(access(folder + "/member-uuid", F_OK) != 0)
    }
  }

  @Test func `a generated UUID is kept, in a file that is its owner's only`() throws {
    try Self.inFolder { folder in
      for _ in 0..<2 {
        let id = try MemberIdentity.resolve(configured: "", stateDirectory: folder) {
          return access(folder + "/member-uuid", F_OK) == 0 ? "second" : "first"
        }
        #expect(id == MemberID("first"))
      }
      var status = stat()
      #expect(stat(folder + "/member-uuid", &status) == 0)
      #expect(status.st_mode & 0o777 == 0o600)
      #expect(access(folder + "/member-uuid.new", F_OK) != 0)
    }
  }

  @Test func `an empty file and a folder that is not there are errors that name the path`() throws {
    try Self.inFolder { folder in
      let path = folder + "/member-uuid"
      fclose(fopen(path, "w"))
      #expect(throws: MemberIdentityError(path: path, operation: "read", code: EINVAL)) {
        try MemberIdentity.resolve(configured: nil, stateDirectory: folder) { "new" }
      }
      let error = #expect(throws: MemberIdentityError.self) {
        try MemberIdentity.resolve(configured: nil, stateDirectory: folder + "/none") { "new" }
      }
      #expect(
        error?.description
          == "cannot write \(folder)/none/member-uuid.new: No such file or directory")
    }
  }

  private static func inFolder(_ body: (String) throws -> Void) throws {
    var template = Array("/tmp/quarterdeck-member-XXXXXX".utf8CString)
    let folder = String(cString: mkdtemp(&template))
    defer {
      for name in ["member-uuid", "member-uuid.new"] { unlink("\(folder)/\(name)") }
      rmdir(folder)
    }
    try body(folder)
  }
}
