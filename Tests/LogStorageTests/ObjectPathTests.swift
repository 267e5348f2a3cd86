import LogStorage
import Testing

@Suite struct ObjectPathTests {
  @Test(arguments: [
    "${job.nope}/${job.execid}", "logs/all", "${job.execid", "", "a/${job.execid}/",
  ])
  func `a template that cannot be right is refused`(template: String) {
    #expect(throws: ObjectPath.Problem.self) { try ObjectPath(template) }
  }

  @Test(arguments: ["${job.project}/${job.execid}", "logs/", ObjectPath.documentedDefault])
  func `templates that Rundeck takes are taken`(template: String) {
    #expect(throws: Never.self) { try ObjectPath(template) }
  }
}
