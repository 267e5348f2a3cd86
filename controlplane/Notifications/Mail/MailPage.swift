import Model
import Store

/// The built-in text of a mail, in plain text and in HTML.
struct MailPage {
  let facts: NotificationFacts
  let log: String?

  private var title: String {
    "\(facts.event.words(status: facts.status)): \(facts.jobID.isEmpty ? facts.summary : facts.job.path)"
  }

  /// What there is to know, a line each.
  private var rows: [(name: String, value: String)] {
    var rows = [("Project", facts.record.project), ("Status", facts.status)]
    if let missed = facts.record.content.missed {
      rows += [
        ("Missed", "\(missed.count)"), ("From", missed.first.iso8601), ("To", missed.last.iso8601),
      ]
    }
    if let execution = facts.execution {
      rows += [("Execution", facts.executionID), ("User", execution.user)]
      rows += [("Options", execution.argString ?? "")]
      rows += [("Started", execution.startedAt?.iso8601 ?? "")]
    }
    rows.append(("Ended", facts.endedAt?.iso8601 ?? ""))
    if facts.endedAt != nil {
      rows.append(("Nodes that failed", facts.failed.joined(separator: ", ")))
      rows.append(("Reason", facts.execution?.endReason ?? ""))
    }
    return rows.filter { !$0.1.isEmpty }
  }

  private var link: String { facts.execution == nil ? facts.jobURL : facts.executionURL }

  var plain: String {
    let lines = rows.map { "\($0.name): \($0.value)" }
    let output = log.map { "\n\nOutput\n\n\($0)" } ?? ""
    return ([title, ""] + lines + ["", link]).joined(separator: "\n") + output + "\n"
  }

  var html: String {
    let cells = rows.map { row in
      "<tr><th align=\"left\">\(MarkupText.escaped(row.name))</th>"
        + "<td>\(MarkupText.escaped(row.value))</td></tr>"
    }
    let output = log.map { "<h2>Output</h2>\n<pre>\(MarkupText.escaped($0))</pre>\n" } ?? ""
    return """
      <!DOCTYPE html>
      <html><head><meta charset="UTF-8"><title>\(MarkupText.escaped(title))</title></head><body>
      <h1><a href="\(MarkupText.escaped(link))">\(MarkupText.escaped(title))</a></h1>
      <table cellpadding="4">
      \(cells.joined(separator: "\n"))
      </table>
      \(output)</body></html>

      """
  }
}
