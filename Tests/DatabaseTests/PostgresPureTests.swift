import Database
import Testing

@testable import Postgres

@Suite struct PostgresAddressTests {
  @Test(arguments: [
    ("jdbc:postgresql://db/rundeck", "postgresql://db/rundeck"),
    ("jdbc:postgresql://db:5433/rundeck", "postgresql://db:5433/rundeck"),
    (
      "jdbc:postgresql://a:1,b:2/x?targetServerType=primary",
      "postgresql://a:1,b:2/x?target_session_attrs=primary"
    ),
    ("jdbc:postgresql:rundeck", "postgresql://localhost/rundeck"),
    ("jdbc:postgresql://db", "postgresql://db/"),
    (
      "jdbc:postgresql://db/x?user=u&password=p%26q&ssl=true&prepareThreshold=0",
      "postgresql://db/x?user=u&password=p%26q&sslmode=verify-full"
    ),
    (
      "jdbc:postgresql://[::1]:5432/x?ApplicationName=qd",
      "postgresql://[::1]:5432/x?application_name=qd"
    ),
    (
      "postgresql://a,b/x?target_session_attrs=read-write",
      "postgresql://a,b/x?target_session_attrs=read-write"
    ),
    ("host=/run/postgresql dbname=x", "host=/run/postgresql dbname=x"),
  ])
  func `an address becomes libpq's`(given: String, expected: String) throws {
    #expect(try PostgresAddress(given).connectionString == expected)
  }

  @Test(arguments: ["jdbc:mysql://db/x", "mysql://db/x", "", "jdbc:postgresql://db/x?odd=1"])
  func `what is no address is refused`(given: String) {
    #expect(throws: PostgresAddressError.self) { try PostgresAddress(given) }
  }

  @Test func `a refusal never repeats a password`() {
    let error = #expect(throws: PostgresAddressError.self) {
      try PostgresAddress("jdbc:postgresql://db/x?sslpassword=hunter2")
    }
    #expect(error?.message.contains("hunter2") == false)
  }

  @Test func `user and password on their own override the address`() throws {
    let address = try PostgresAddress("postgresql://db/x", username: "u", password: "p")
    #expect(address.keywords.map(\.0) == ["dbname", "password", "user"])
  }
}

@Suite struct SQLStateTests {
  @Test(arguments: [
    ("23505", DatabaseError.Code.uniqueViolation), ("23503", .constraintViolation),
    ("40001", .conflict), ("40P01", .conflict), ("57P01", .unavailable), ("08006", .unavailable),
    ("53100", .storage), ("57014", .timeout), ("42601", .programming), ("25006", .unavailable),
  ])
  func `a state tells what a caller may do`(state: String, code: DatabaseError.Code) {
    #expect(SQLState.code(state) == code)
  }

  @Test func `a failure without a state lost its connection`() {
    #expect(SQLState.code(nil) == .unavailable)
    #expect(SQLState.spoilsConnection(nil))
    #expect(!SQLState.spoilsConnection("23505"))
  }
}

@Suite struct BinaryValueTests {
  private func decode(_ bytes: [UInt8], _ type: UInt32) -> DatabaseValue? {
    bytes.withUnsafeBytes { BinaryValue.decode($0, type: type) }
  }

  @Test(
    arguments: [
      ([0, 1, 0, 0, 0, 0, 0, 0, 0, 8], DatabaseValue.integer(8)),
      ([0, 0, 0, 0, 0, 0, 0, 0], .integer(0)),
      ([0, 1, 0, 2, 0x40, 0, 0, 0, 0, 1], .integer(-100_000_000)),
      ([0, 2, 0, 0, 0, 0, 0, 1, 0, 1, 0x13, 0x88], .real(1.5)),
      ([0, 1, 0xFF, 0xFF, 0x40, 0, 0, 2, 0x09, 0xC4], .real(-0.25)),
    ] as [([UInt8], DatabaseValue)])
  func `a numeric is whole when it can be`(bytes: [UInt8], value: DatabaseValue) {
    #expect(decode(bytes, TypeID.numeric) == value)
  }

  @Test func `a type that no value can hold is not guessed`() {
    #expect(decode([0, 0, 0, 0, 0, 0, 0, 0], 1184) == nil)
  }
}

@Suite struct PoolStateTests {
  @Test func `places are given up to the limit, then one waits`() {
    var state = PoolState<Int>(limit: 1)
    guard case .connect = state.acquire() else { return #expect(Bool(false)) }
    guard case .wait = state.acquire() else { return #expect(Bool(false)) }
    #expect(state.release(7) == nil)
    guard case .use(7) = state.acquire() else { return #expect(Bool(false)) }
  }

  @Test func `a broken connection's place goes to whoever waited longest`() {
    var state = PoolState<Int>(limit: 1)
    _ = state.acquire()
    let soon = ContinuousClock.now
    state.enqueue(1, until: soon) { _ in }
    state.enqueue(2, until: soon + .seconds(1)) { _ in }
    #expect(state.nextDeadline == soon)
    #expect(state.vacate() != nil)
    #expect(state.waiting == 1)
    #expect(state.withdraw(1) == nil)
    #expect(state.withdraw(2) != nil)
    #expect(state.vacate() == nil)
    #expect(state.places == 0)
  }

  @Test func `only those whose deadline has come give up`() {
    var state = PoolState<Int>(limit: 1)
    let start = ContinuousClock.now
    for number in 1...3 {
      state.enqueue(UInt64(number), until: start + .seconds(number)) { _ in }
    }
    #expect(state.expire(at: start + .seconds(2)).count == 2)
    #expect(state.nextDeadline == start + .seconds(3))
  }

  @Test(arguments: [
    "postgresql://u:secret@[::1/db", "postgresql://u:s%zzecret@h/db", "host=h secret",
    "jdbc:postgresql://h/db?sslmode=secret%zz", "postgresql://u:secret@h:1x/db?secret",
  ])
  func `an address that cannot be read is refused without being repeated`(url: String) {
    let error = #expect(throws: PostgresAddressError.self) { try PostgresAddress(url) }
    #expect(error?.message.contains("secret") == false)
    #expect(error?.message.contains("zz") == false)
  }
}
