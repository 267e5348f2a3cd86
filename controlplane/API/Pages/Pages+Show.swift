import Model
import Store

extension Pages {
  /// What an execution's permalink leads to.
  static func execution(_ record: ExecutionRecord, _ links: Links) -> String {
    let api = "/api/\(APIVersion.newest)/execution/\(record.id)"
    var facts = [
      ("Project", record.project), ("Status", record.customStatus ?? record.status.rawValue),
      ("User", record.user), ("Started", (record.startedAt ?? record.createdAt).iso8601),
    ]
    if let name = record.jobName { facts.insert(("Job", path(name, in: record.jobGroup)), at: 1) }
    if let arguments = record.argString { facts.append(("Options", arguments)) }
    if let end = record.endedAt { facts.append(("Ended", end.iso8601)) }
    if let reason = record.endReason { facts.append(("Reason", reason)) }
    var addresses = [("Output", "\(api)/output.text"), ("Nodes and steps", "\(api)/state")]
    if let id = record.jobID {
      addresses.append(("Job", links.jobPage(id, project: record.project)))
    }
    return show("Execution \(record.id)", facts, addresses)
  }

  /// What a job's permalink leads to.
  static func job(_ record: JobRecord) -> String {
    let api = "/api/\(APIVersion.newest)/job/\(PercentEncoding.encode(record.id.text))"
    var facts = [("Project", record.project), ("UUID", record.id.text)]
    let description = record.job.description.split(separator: "\n").first.map(String.init) ?? ""
    if !description.isEmpty { facts.append(("Description", description)) }
    let addresses = [("Executions", "\(api)/executions"), ("Definition", "\(api)?format=yaml")]
    return show(path(record.job.name, in: record.job.group), facts, addresses)
  }

  private static func path(_ name: String, in group: String?) -> String {
    guard let group, !group.isEmpty else { return name }
    return "\(group)/\(name)"
  }

  private static func show(
    _ title: String, _ facts: [(String, String)], _ addresses: [(String, String)]
  ) -> String {
    let rows = facts.map { "<dt>\(escaped($0.0))</dt><dd>\(escaped($0.1))</dd>" }
    let items = addresses.map { "<li><a href=\"\(escaped($0.1))\">\(escaped($0.0))</a></li>" }
    return page(
      title: "\(escaped(title)) – Quarterdeck",
      body: """
        <h1>\(escaped(title))</h1>
        <dl>
        \(rows.joined(separator: "\n"))
        </dl>
        <ul>
        \(items.joined(separator: "\n"))
        </ul>
        <p><a href="/">Quarterdeck</a></p>
        """)
  }
}
