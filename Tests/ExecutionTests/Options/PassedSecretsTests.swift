import Model
import Testing

@testable import Execution

@Suite struct PassedSecretsTests {
  private static let options = [
    JobOption(name: "plain1"), JobOption(name: "secure1", secure: true, valueExposed: true),
    JobOption(name: "auth1", secure: true),
  ]

  private static func step(_ arguments: String) -> (JobReference, StepInContext) {
    let context = StepRoom.context(
      WorkflowStep(.exec("true")), options: ["plain1": "p"],
      secure: ["secure1": "s 1", "auth1": "a"], of: options)
    return (JobReference(uuid: JobID("child"), arguments: arguments), context)
  }

  private static func value(_ line: String, isExposed: Bool) throws -> String? {
    let (reference, context) = step("-x \(line)")
    return try context.secrets(reference).value(
      of: JobOption(name: "x", secure: true, valueExposed: isExposed))
  }

  @Test func `a secure option goes to an option of its kind and to no other`() throws {
    #expect(try Self.value("${option.secure1}", isExposed: true) == "s 1")
    #expect(try Self.value("${option.secure1}", isExposed: false) == nil)
    #expect(try Self.value("${option.auth1}", isExposed: false) == "a")
    #expect(try Self.value("${option.auth1}", isExposed: true) == nil)
    #expect(try Self.value("${option.plain1}", isExposed: true) == nil)
    #expect(try Self.value("${unquotedoption.auth1}", isExposed: true) == nil)
    #expect(try Self.value("'${option.secure1}-${option.secure1}'", isExposed: true) == "s 1-s 1")
  }

  @Test func `words without options are for options of every kind`() throws {
    for isExposed in [true, false] {
      #expect(try Self.value("literal", isExposed: isExposed) == "literal")
      #expect(try Self.value("${job.name}", isExposed: isExposed) == "j")
    }
  }

  @Test func `no plain option gets a secret`() throws {
    let (reference, context) = Self.step(
      "-a ${option.plain1} -b ${option.secure1} -c x${unquotedoption.auth1} -d ${option.none}")
    #expect(
      try ArgumentLine.split(context.expanded(reference).arguments) == [
        "-a", "p", "-b", "${option.secure1}", "-c", "x${unquotedoption.auth1}", "-d", "",
      ])
  }

  @Test func `lines that are no pairs give nothing`() throws {
    for line in ["", "-x", "x y", "-x 'open"] {
      let (reference, context) = Self.step(line)
      let secrets = try context.secrets(reference)
      #expect(secrets.value(of: JobOption(name: "x", secure: true)) == nil, "\(line)")
    }
  }
}
