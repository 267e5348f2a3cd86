import HTTPTypes
import Model
import Store

extension OutputBody {
  /// The same as the JSON body says, as headers, spelt as Rundeck spells them.
  var headers: HTTPFields {
    var headers: HTTPFields = [.contentType: "text/plain;charset=UTF-8"]
    let values: [(String, String?)] = [
      ("X-Rundeck-ExecOutput-Offset", String(page.nextPosition)),
      ("X-Rundeck-ExecOutput-Completed", String(isCompleted)),
      ("X-Rundeck-Exec-Completed", String(execution.status.isFinal)),
      ("X-Rundeck-Exec-State", state), ("X-Rundeck-Exec-Duration", String(duration)),
      ("X-Rundeck-ExecOutput-LastModifed", String(lastModified)),
      ("X-Rundeck-ExecOutput-TotalSize", String(page.size)),
      ("X-Rundeck-ExecOutput-Unmodified", String(isUnmodified)),
      ("X-Rundeck-ExecOutput-Empty", page.size == 0 ? "true" : nil),
      ("X-Rundeck-ExecOutput-Message", page.size == 0 ? "No output" : nil),
    ]
    for case (let name, let value?) in values {
      if let field = HTTPField.Name(name) { headers[field] = value }
    }
    return headers
  }
}
