import Model
import Store

/// The questions whose times are measured: the documented filters of lists, alone and together.
enum HistoryQuestions {
  typealias Change = (inout ExecutionHistoryQuery) -> Void

  /// A day before `now`, and the like.
  static func all(now: Instant, often: JobID, rarely: JobID) -> [(name: String, change: Change)] {
    func ago(_ days: Int64) -> Instant { now.advanced(by: .seconds(-86_400 * days)) }
    return filters(often, rarely) + [
      (
        "begin and end: a week a year ago", { ($0.endedFrom, $0.endedUntil) = (ago(372), ago(365)) }
      ),
      ("begin and end: a year", { ($0.endedFrom, $0.endedUntil) = (ago(600), ago(235)) }),
      ("recentFilter=1d", { $0.endedWithin = .seconds(86_400) }),
      ("olderFilter=1y", { $0.endedBefore = .seconds(365 * 86_400) }),
      (
        "a user's failures of a month",
        { query in
          (query.user, query.status) = ("user-3", "failed")
          (query.endedFrom, query.endedUntil) = (ago(130), ago(100))
        }
      ),
      (
        "a job that runs often, a month",
        { query in
          query.jobIDs = [often.text]
          (query.endedFrom, query.endedUntil) = (ago(130), ago(100))
        }
      ),
      (
        "a group in a week",
        { query in
          query.group = .within("team-7")
          (query.endedFrom, query.endedUntil) = (ago(107), ago(100))
        }
      ),
    ]
  }

  private static func filters(
    _ often: JobID, _ rarely: JobID
  ) -> [(name: String, change: Change)] {
    [
      ("no filter", { _ in }),
      ("no filter, offset 1,000", { $0.offset = 1_000 }),
      ("no filter, offset 100,000", { $0.offset = 100_000 }),
      ("statusFilter=succeeded", { $0.status = "succeeded" }),
      ("statusFilter=incomplete", { $0.status = "incomplete" }),
      ("statusFilter=running", { $0.status = "running" }),
      ("a custom status that nobody has", { $0.status = "odd" }),
      ("executionTypeFilter=scheduled", { $0.origin = .schedule }),
      ("executionTypeFilter=user-scheduled", { $0.origin = .laterRequest }),
      ("userFilter, who does most", { $0.user = "user-0" }),
      ("userFilter, who does little", { $0.user = "user-39" }),
      ("userFilter, nobody", { $0.user = "nobody" }),
      ("abortedbyFilter", { $0.abortedBy = "user-5" }),
      ("adhoc=true", { $0.isAdHoc = true }),
      ("jobIdListFilter, runs often", { $0.jobIDs = [often.text] }),
      ("jobIdListFilter, runs rarely", { $0.jobIDs = [rarely.text] }),
      ("jobIdListFilter, two", { $0.jobIDs = [often.text, rarely.text] }),
      (
        "a job that runs often, its timeouts",
        { ($0.jobIDs, $0.status) = ([often.text], "timedout") }
      ),
      ("excludeJobIdListFilter", { $0.excludedJobIDs = [often.text] }),
      ("jobListFilter", { $0.jobPaths = ["team-17/area-3/job-17", "team-1/area-2/job-51"] }),
      ("excludeJobListFilter", { $0.excludedJobPaths = ["team-17/area-3/job-17"] }),
      ("jobFilter, in many names", { $0.nameContains = "job-1" }),
      ("jobFilter, in one name", { $0.nameContains = "B-49999" }),
      ("jobExactFilter", { $0.name = "job-4711" }),
      ("groupPath", { $0.group = .within("team-7") }),
      ("groupPathExact", { $0.group = .exactly("team-7/area-1") }),
      ("excludeGroupPath", { $0.excludedGroup = .within("team-7") }),
    ]
  }
}
