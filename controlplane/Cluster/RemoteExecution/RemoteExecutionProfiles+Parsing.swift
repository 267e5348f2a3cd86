extension RemoteExecutionProfiles {
  /// Reads the documented keys. `properties` may hold others: only those below
  /// `rundeck.clusterMode.remoteExecution.` are said to be unknown.
  ///
  /// A value that is an error counts as not given in what is returned.
  public static func parse(
    _ properties: [String: String]
  ) -> (profiles: RemoteExecutionProfiles, problems: [PolicyProblem]) {
    var reader = PropertyReader(properties)
    var parsed = RemoteExecutionProfiles()
    parsed.readSwitches(from: &reader)
    parsed.standard = ProfileReader(name: nil).read(from: &reader, activeOnly: true)
    parsed.readProfiles(from: &reader)
    reader.warnOfUnknownKeys()
    return (parsed, reader.problems)
  }

  private mutating func readSwitches(from reader: inout PropertyReader) {
    isEnabled = reader.flag(RemoteExecutionKeys.isEnabled, default: true)
    isAskedAtEachFire = reader.flag(RemoteExecutionKeys.fires, default: true)
    isRemoteAbortEnabled = reader.flag(RemoteExecutionKeys.abort, default: true)
    carriesSecureOptions = reader.flag(RemoteExecutionKeys.encryption, default: true)
    for key in RemoteExecutionKeys.withoutEffect {
      _ = reader.value(key, form: "a whole number, 1 or more; it has no effect") {
        Int($0).flatMap { $0 > 0 ? $0 : nil }
      }
    }
  }

  private mutating func readProfiles(from reader: inout PropertyReader) {
    var owners: [String: String] = [:]
    for name in reader.list(RemoteExecutionKeys.profiles) {
      if profiles.contains(where: { $0.name == name }) {
        reader.warn(RemoteExecutionKeys.profiles, name, "is named twice; once is enough")
        continue
      }
      let profile = ProfileReader(name: name).read(
        from: &reader, activeOnly: standard.bounds.isActiveOnly)
      for project in profile.projects {
        if let first = owners[project] {
          reader.warn(
            RemoteExecutionKeys.profile + name + ".projects", project,
            "is assigned to the profile \(first) already, which counts")
        } else {
          owners[project] = name
        }
      }
      profiles.append(profile)
    }
  }
}

extension PropertyReader {
  fileprivate mutating func warnOfUnknownKeys() {
    for (key, value) in unread(under: RemoteExecutionKeys.root) {
      if key.hasPrefix(RemoteExecutionKeys.profile) {
        let known = (["projects"] + RemoteExecutionKeys.policyKeys).joined(separator: ", ")
        warn(
          key, value,
          "has no effect: the profile is not named in \(RemoteExecutionKeys.profiles), or this is none of "
            + known)
      } else {
        let known = RemoteExecutionKeys.all.filter { $0.hasPrefix(RemoteExecutionKeys.root) }
        warn(
          key, value, "is not known and has no effect; known are \(known.joined(separator: ", "))")
      }
    }
  }
}
