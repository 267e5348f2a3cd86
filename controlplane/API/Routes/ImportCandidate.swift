import Cryptography
import JSONPrograms
import JobFormat
import Model
import Schedule
import ScriptPlugin
import Store

/// One job of a document that is to be imported, checked as far as that goes without the store.
struct ImportCandidate: Sendable {
  /// Place in the document, from 1.
  let index: Int
  /// The identifier that the document asks for.
  let id: JobID?
  let name: String
  let group: String
  let content: Content

  enum Content: Sendable {
    /// Why it cannot be imported.
    case refused(String)
    case sound(Sound)
  }

  /// What is stored. Without an identifier in the document it has one that nobody else has.
  struct Sound: Sendable {
    let definition: StoredDefinition
    let schedule: JobSchedule?
    /// The identifiers of the jobs that it refers to.
    let references: [JobID]
  }
}

/// Reads a document's jobs into candidates, one job at a time.
struct ImportReading {
  let project: String
  let rules: ImportRules
  let scheduling: JobScheduling
  /// Against which the settings of steps by plugins are checked.
  let plugins: any InstalledPlugins
  /// What the programs of log filters are compiled by.
  var programs = JSONProgramRunner.standard

  /// - Throws: `JobFormatError` when the document as a whole is wrong.
  func candidates(
    _ bytes: [UInt8], format: JobFormatName
  ) async throws -> [ImportCandidate] {
    var reader = try JobDocumentReader(bytes, format: format)
    var check = JobValueCheck()
    let settings = PluginSettingsCheck(plugins: plugins)
    var filters = JSONProgramCheck(programs)
    var candidates: [ImportCandidate] = []
    while let definition = try reader.next() {
      // Others are let in between two jobs: each may take a while.
      await Task.yield()
      let index = candidates.count
      let checked = settings.checked(check.checked(definition, index: index), index: index)
      let sound = await filters.checked(checked, index: index)
      candidates.append(try candidate(sound, index: index + 1))
    }
    return candidates
  }

  private func candidate(
    _ definition: Result<Job, JobDefinitionError>, index: Int
  ) throws(StoreError) -> ImportCandidate {
    switch definition {
    case .failure(let error):
      return ImportCandidate(
        index: index, id: error.id.map(JobID.init), name: error.name ?? "",
        group: error.group ?? "", content: .refused("\(error)"))
    case .success(var job):
      if rules.identifiers == .remove { job.id = nil }
      return ImportCandidate(
        index: index, id: job.id, name: job.name, group: job.group,
        content: try content(job, index))
    }
  }

  private func content(_ job: Job, _ index: Int) throws(StoreError) -> ImportCandidate.Content {
    let definition = try StoredDefinition(
      job, id: job.id ?? JobID(SecureRandom.uuid()), project: project)
    if definition.hasNull {
      return .refused("The character U+0000 is not allowed in a job definition")
    }
    do throws(ScheduleError) {
      return .sound(
        ImportCandidate.Sound(
          definition: definition, schedule: try scheduling.rule(of: job),
          references: rules.validatesReferences ? job.referencedJobs : []))
    } catch {
      let place = error.key ?? "schedule"
      return .refused("job '\(job.name)' (number \(index + 1)): \(place): \(error)")
    }
  }
}
