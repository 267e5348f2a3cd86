import Glibc
import HTTPClient
import TestSupport
import Testing

/// Files for options, from their upload to the step that has them on its host.
@Suite struct CasesOptionFiles {
  private static func job(_ name: String, more: String = "", _ steps: String) -> String {
    """
    - name: \(name)
      options:
      - {name: doc, type: file, required: true}
      - {name: other, type: file}
      \(more)
      sequence:
        keepgoing: false
        strategy: node-first
        commands:
    \(steps.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
    """
  }

  private func upload(
    _ api: APIClient, _ job: String, _ content: String, name: String = "my%20file.txt"
  ) async throws -> String {
    let answer = try await api.json(
      "POST", "/job/\(job)/input/file/doc?fileName=\(name)", type: "application/octet-stream",
      body: content)
    return try #require(answer.options.doc.text)
  }

  @Test(arguments: Engine.all)
  func
    `an uploaded file is where the steps look for it, under its documented names, and goes again`(
      on engine: Engine
    ) async throws
  {
    try await Scenario.run(on: engine) { scenario in
      let api = scenario.api
      let folder = scenario.mark("copied")
      mkdir(folder, 0o777)
      let job = try await api.importJob(
        Self.job(
          "files",
          """
          - exec: cat ${file.doc}; echo ${file.doc.fileName} ${option.doc}
          - script: |
              test "$(sha256sum < "$RD_FILE_DOC" | cut -d ' ' -f 1)" = "$RD_FILE_DOC_SHA" && echo same
              test "@file.doc@" = "$RD_FILE_DOC" && echo "$1"
              test -z "$RD_FILE_OTHER" && test -z "@file.other.fileName@" && echo none
              echo "$RD_FILE_DOC" > \(folder)/place
            args: ${file.doc.sha}
          - type: copyfile
            nodeStep: true
            configuration: {sourcePath: '${file.doc}', destinationPath: '\(folder)/'}
          - exec: cat '\(folder)/my file.txt'; test ! -e "$(cat \(folder)/place)" && echo gone
          """), into: "test")
      let content = "first ü\nsecond\n"
      let key = try await upload(api, job, content)
      let list = try await api.json("GET", "/job/\(job)/input/files")
      #expect(list.files.items.map(\.id.text) == [key] && list.paging.total.int == 1)
      let id = try await api.run(job, options: "{\"doc\":\"\(key)\"}")
      #expect(try await api.ending(id) == "succeeded")
      let sha = try #require(list.files[0].sha.text)
      #expect(
        try await api.output(id)
          == "\(content)my file.txt \(key)\nsame\n\(sha)\nnone\n\(content)gone\n")
      let files = try await api.json("GET", "/execution/\(id)/input/files")
      #expect(files.files.items.map(\.id.text) == [key])
      let file = try await eventually("the file is deleted") {
        let file = try await api.json("GET", "/jobs/file/\(key)")
        return file.fileState.text == "deleted" ? file : nil
      }
      #expect(file.execId.int == id && file.size.int == content.utf8.count)
      let again = try await api.send(
        "POST", "/job/\(job)/run", type: "application/json",
        body: "{\"options\":{\"doc\":\"\(key)\"}}")
      #expect(again.status == 400)
      #expect(again.json.message.text?.contains("used by execution \(id) and is deleted") == true)
    }
  }

  @Test func `only a file of the job may be used, while it is there`() async throws {
    let settings = ["rundeck.fileUploadService.tempfile.expiration": "1000"]
    try await Scenario.run(on: .sqlite, settings: settings) { scenario in
      let api = scenario.api
      let job = try await api.importJob(Self.job("files", "- exec: cat ${file.doc}"), into: "test")
      let other = try await api.importJob(Self.job("other", "- exec: 'true'"), into: "test")
      let key = try await upload(api, other, "x")
      for (value, text) in [
        (key, "was uploaded for another job"), ("/etc/passwd", "does not exist"),
        ("", "Option 'doc' is required."),
      ] {
        let answer = try await api.send(
          "POST", "/job/\(job)/run", type: "application/json",
          body: "{\"options\":{\"doc\":\"\(value)\"}}")
        #expect(answer.status == 400 && answer.json.message.text?.contains(text) == true)
      }
      let late = try await upload(api, job, "x")
      _ = try await eventually("it has expired") {
        try await api.json("GET", "/jobs/file/\(late)").fileState.text == "expired" ? true : nil
      }
      let answer = try await api.send(
        "POST", "/job/\(job)/run", type: "application/json",
        body: "{\"options\":{\"doc\":\"\(late)\"}}")
      #expect(answer.json.message.text?.contains("has expired") == true)
      #expect(try await api.count("/job/\(job)/executions") == 0)
    }
  }

  @Test func `a file of many pieces goes through a job reference and a retry`() async throws {
    try await Scenario.run(on: .postgresql) { scenario in
      let api = scenario.api
      let once = scenario.mark("once")
      _ = try await api.importJob(
        Self.job(
          "child", "- exec: 'wc -c < ${file.doc}; test -e \(once) || { touch \(once); exit 3; }'"),
        into: "test")
      let parent = try await api.importJob(
        Self.job(
          "parent", more: "retry: '1'",
          "- jobref: {name: child, args: '-doc ${option.doc}'}"), into: "test")
      let size = 3 << 20 + 5
      let key = try await upload(api, parent, String(repeating: "x", count: size))
      let id = try await api.run(parent, options: "{\"doc\":\"\(key)\"}")
      let first = try await api.ended(id)
      #expect(first.status.text == "failed-with-retry")
      let next = try #require(first.retriedExecution.id.int)
      #expect(try await api.ending(next) == "succeeded")
      #expect(try await api.output(next) == "\(size)\n")
    }
  }

  @Test func `files of several steps and an abort leave nothing on the host`() async throws {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let job = try await api.importJob(
        Self.job(
          "long", "- exec: 'cp ${file.doc} \(scenario.mark("here")); sleep 600 < ${file.doc}'"),
        into: "test")
      let id = try await api.run(job, options: "{\"doc\":\"\(try await upload(api, job, "x"))\"}")
      try await scenario.wait(for: "here")
      try await api.json("POST", "/execution/\(id)/abort")
      #expect(try await api.ending(id) == "aborted")
      let folder = scenario.installation.folder
      _ = try await eventually("no file is left") {
        try await shellOutput("find \(folder) -name '*.file.*'").isEmpty ? true : nil
      }
    }
  }
}

/// What the host's shell prints.
private func shellOutput(_ command: String) async throws -> String {
  let pipe = try #require(popen(command, "r"))
  var output: [UInt8] = []
  while case let byte = fgetc(pipe), byte != EOF { output.append(UInt8(byte)) }
  pclose(pipe)
  return String(decoding: output, as: UTF8.self)
}
