import TestSupport
import Testing

/// Options that are many, secret or kept elsewhere, with a real agent.
@Suite struct CasesSecureOptions {
  @Test func `secure options go through job references to options of their own kind only`()
    async throws
  {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let kinds = { (number: Int) in
        """
        - {name: plain\(number)}
        - {name: secure\(number), secure: true, valueExposed: true}
        - {name: auth\(number), secure: true}
        """
      }
      _ = try await api.importJob(
        CasesOptions.job(
          "child", kinds(2),
          #"- script: 'printf "%s|%s|" "$1" "$(printf %s "$RD_OPTION_SECURE2" | tr a-z A-Z)"'"#,
          "  args: ${option.plain2}", "- script: 'sed s/=/:/ | tr a-z A-Z'",
          "  passSecureInput: true\n  secureFormat: shell"), into: "test")
      for (arguments, expected) in [
        (
          "-plain2 ${option.plain1} -secure2 ${option.secure1} -auth2 ${option.auth1}",
          ["p|HUSH|", "AUTH2", "KEYLESS"]
        ),
        ("-plain2 ${option.secure1} -secure2 ${option.auth1} -auth2 ${option.plain1}", ["|"]),
      ] {
        let parent = try await api.importJob(
          CasesOptions.job("parent", kinds(1), "- jobref: {name: child, args: '\(arguments)'}"),
          into: "test")
        let id = try await api.run(
          parent, options: #"{"plain1":"p","secure1":"hush","auth1":"keyless"}"#)
        #expect(try await api.ending(id) == "succeeded")
        let output = try await api.output(id)
        for text in expected { #expect(output.contains(text), "\(output)") }
        #expect(!output.contains("hush") && !output.contains("keyless"))
        #expect(output.contains("HUSH") == expected.contains("p|HUSH|"), "\(output)")
        #expect(output.contains("KEYLESS") == expected.contains("KEYLESS"), "\(output)")
      }
    }
  }

  @Test func `a default of the key storage is asked for, and what is missing is said`() async throws
  {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let job = try await api.importJob(
        CasesOptions.job(
          "stored", "- {name: p, secure: true, valueExposed: true, storagePath: keys/p}",
          "- exec: test \"${option.p}\" = mine"), into: "test")
      let message = try await api.refusal(of: job, "{}")
      #expect(message.contains("keys/p") && message.contains("give a value"))
      #expect(try await api.ending(api.run(job, options: #"{"p":"mine"}"#)) == "succeeded")
    }
  }

  @Test func `ten thousand options are imported, exported and run`() async throws {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let options = (0..<10_000).map {
        "- {name: o\($0), value: 'v \($0)', values: ['v \($0)', w], enforced: true, regex: '[vw].*'}"
      }
      let job = try await api.importJob(
        CasesOptions.job("many", options.joined(separator: "\n"), "- exec: echo ${option.o9999}"),
        into: "test")
      let id = try await api.run(job, options: #"{"o1":"w"}"#)
      let ended = try await api.ended(id)
      #expect(ended.job.options.o1.text == "w")
      #expect(ended.status.text == "succeeded")
      let output = try await api.output(id)
      #expect(output == "v 9999\n")
    }
  }
}
