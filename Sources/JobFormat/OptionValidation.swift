public import Model
import Pattern

extension JobOption {
  /// What is wrong with this option's definition, by field, in the words of Rundeck's
  /// `validateOption` answers, but for what `mismatches` finds.
  ///
  /// - Parameter jobIsScheduled: whether its job runs by itself, so that nobody can give a value.
  public func problems(jobIsScheduled: Bool) -> [JobProblem] {
    nameProblems + sourceProblems + remoteProblems + multivalueProblems + regexProblems
      + dateProblems
      + (enforced ? enforcedProblems : []) + (hidden ? hiddenProblems : [])
      + (jobIsScheduled && required ? scheduledProblems : [])
  }

  private var nameProblems: [JobProblem] {
    let allowed = name.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || $0.properties.numericType != nil
        || "_-.".unicodeScalars.contains($0)
    }
    guard name.isEmpty || !allowed else { return [] }
    return [
      JobProblem(
        field: "name", value: name,
        message: "The option name does not match the required pattern: "
          + "only letters, digits, '_', '-' and '.'")
    ]
  }

  private var sourceProblems: [JobProblem] {
    var problems: [JobProblem] = []
    if let valuesUrl, !valuesUrl.isEmpty, !RemoteAddress.isValid(valuesUrl) {
      problems.append(
        JobProblem(
          field: "valuesUrl", value: valuesUrl,
          message: "Not a valid URL: must be a valid URL of http, https or file"))
    }
    if let storagePath, !storagePath.isEmpty, !storagePath.utf8.starts(with: "keys/".utf8) {
      problems.append(
        JobProblem(
          field: "storagePath", value: storagePath,
          message: "Default key storage path must start with: keys/: \(storagePath)"))
    }
    return problems
  }

  private var multivalueProblems: [JobProblem] {
    guard multivalued else { return [] }
    var problems: [JobProblem] = []
    if delimiter?.isEmpty ?? true {
      problems.append(
        JobProblem(
          field: "delimiter", message: "You must specify a delimiter for multivalued options"))
    }
    if secure {
      problems.append(
        JobProblem(
          field: "multivalued", message: "Secure input cannot be used with multi-valued input"))
    }
    return problems
  }

  private var regexProblems: [JobProblem] {
    guard let regex, !enforced else { return [] }
    do {
      _ = try JobPattern(regex)
      return []
    } catch {
      return [
        JobProblem(
          field: "regex", value: regex, message: "Invalid Regular Expression: \(error.reason)")
      ]
    }
  }

  private var enforcedProblems: [JobProblem] {
    let hasUrl = !(valuesUrl?.isEmpty ?? true) || kept["optionValuesPluginType"] != nil
    guard let values, !values.isEmpty else {
      if hasUrl { return [] }
      let field = kept["valuesType"]?.scalarText == "url" ? "valuesUrl" : "values"
      return [
        JobProblem(
          field: field,
          message: "Allowed values (list or remote URL) must be specified if values are enforced")
      ]
    }
    guard let first = defaultParts.first(where: { !values.contains($0) }), !hasUrl else {
      return []
    }
    let what = multivalued ? "contains a string that was not" : "was not"
    return [
      JobProblem(
        field: "value", value: first,
        message: "Default Value \(what) in the allowed values list, and values are enforced")
    ]
  }

  /// The default value's parts; a reference that is only known at the run is none.
  var defaultParts: [String] {
    guard let defaultValue, !defaultValue.isEmpty, !defaultValue.contains("${") else { return [] }
    guard multivalued, let delimiter, !delimiter.isEmpty else { return [defaultValue] }
    return defaultValue.split(separator: delimiter).map(String.init)
  }

  private var hiddenProblems: [JobProblem] {
    guard defaultValue?.isEmpty ?? true, storagePath?.isEmpty ?? true else { return [] }
    return [
      JobProblem(
        field: secure ? "storagePath" : "value",
        message: "Hidden options must have a default value or storage path.")
    ]
  }

  private var scheduledProblems: [JobProblem] {
    if (type ?? kept["optionType"]?.scalarText) == "file" {
      return [
        JobProblem(
          field: "required",
          message: "File option type cannot be Required when the Job is scheduled")
      ]
    }
    guard defaultValue?.isEmpty ?? true, storagePath?.isEmpty ?? true else { return [] }
    return [
      JobProblem(
        field: "value",
        message: "Specify a Default Value for Required options when the Job is scheduled")
    ]
  }
}
