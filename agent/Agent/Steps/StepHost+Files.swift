import Glibc
import Model
import Spool
import Wire

// Files that steps are given: fetched before the step starts, removed when it has ended.

extension StepHost {
  /// Puts a step aside until its files are here.
  func mustFetch(_ assignment: Assignment) -> Bool {
    guard !assignment.specification.files.isEmpty, !fetched.contains(assignment.id) else {
      return false
    }
    guard fetching.updateValue(assignment, forKey: assignment.id) == nil else { return true }
    if fetchers.isEmpty {
      unfetched.append(assignment.id)
    } else {
      fetchers.removeFirst().resume(returning: assignment)
    }
    return true
  }

  /// The next step that waits for files; nil when the agent stops.
  func nextToFetch() async -> Assignment? {
    while !unfetched.isEmpty {
      if let assignment = fetching[unfetched.removeFirst()] { return assignment }
    }
    if isStopped { return nil }
    return await withCheckedContinuation { fetchers.append($0) }
  }

  /// Whether somebody still waits for the step's files.
  func isFetching(_ assignment: AssignmentID) -> Bool { fetching[assignment] != nil }

  /// Where the file of that number goes.
  func place(of number: Int, _ assignment: AssignmentID) -> String {
    "\(launcher.publicScripts)/\(SpoolName.given(number, to: assignment))"
  }

  /// All files of the step are here, or it is known why they will not be: then it never starts.
  func fetched(_ assignment: AssignmentID, failure: String?) {
    guard let step = fetching.removeValue(forKey: assignment) else {
      return removeFiles(of: assignment)
    }
    guard let failure else {
      fetched.insert(assignment)
      return accept(step)
    }
    removeFiles(of: assignment)
    refuse(assignment, of: step.execution, epoch: step.epoch, because: failure)
  }

  /// Nobody wants the step any more.
  func stopFetching(_ assignment: AssignmentID) {
    guard fetching.removeValue(forKey: assignment) != nil || fetched.contains(assignment) else {
      return
    }
    removeFiles(of: assignment)
  }

  /// Removes the files that a step was given.
  func removeFiles(of assignment: AssignmentID) {
    fetched.remove(assignment)
    var number = 0
    while unlink(place(of: number, assignment)) == 0 { number += 1 }
  }
}
