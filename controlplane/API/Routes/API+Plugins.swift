import Cryptography
import Execution
import Hummingbird
import Identity
import ScriptPlugin

extension API {
  var pluginRoutes: [Route] {
    [
      .api(.get, "/plugin/list", since: 33, .read, .system, listPlugins),
      // A path of our own.
      .api(
        .get, "/project/{project}/quarterdeck/option-values/{plugin}", .run, .adhoc,
        listOptionValues),
    ]
  }

  /// What a plugin of the service `OptionValues` offers now, for somebody who defines an option.
  func listOptionValues(_ request: APIRequest) async throws -> Response {
    let (project, plugin) = (request.path("project"), request.path("plugin"))
    try await requireProject(project)
    guard dependencies.plugins.find(.init(service: .optionValues, name: plugin)) != nil else {
      throw APIError(
        .notFound, "api.error.item.doesnotexist", "OptionValues plugin does not exist: \(plugin)")
    }
    let values: [OptionChoice]
    do throws(RemoteValuesError) {
      values = try await dependencies.options.values(by: plugin, in: project)
    } catch {
      throw APIError(.badGateway, "api.error.option-values.failed", "\(error)")
    }
    return .json(.array(values.map { ["name": .text($0.name), "value": .text($0.value)] }))
  }

  /// What this member has, by service and name: script plugins and the steps that are built in.
  func listPlugins(_ request: APIRequest) async throws -> Response {
    let all = BuiltInPlugin.all.map(\.json) + dependencies.plugins.all.map(\.json)
    return .json(.array(request.version >= 40 ? all : all.map { $0.without("providerMetadata") }))
  }
}

extension BuiltInPlugin {
  fileprivate var json: JSON {
    [
      "artifactName": .text(name), "author": "Quarterdeck", "builtin": true,
      "description": .text(title), "id": .text(pluginID(name, "")), "name": .text(name),
      "pluginVersion": "", "service": .text(service), "title": .text(title),
      "providerMetadata": [:],
    ]
  }
}

extension InstalledProvider {
  fileprivate var json: JSON {
    var metadata: JSON = [:]
    for (name, value) in provider.metadata.sorted(by: { $0.key < $1.key }) {
      metadata.add(name, .text(value))
    }
    return [
      "artifactName": .text(plugin.name), "author": .text(plugin.author ?? ""), "builtin": false,
      "description": .text(provider.description ?? plugin.description ?? ""),
      "id": .text(pluginID(plugin.name, plugin.version)), "name": .text(provider.name),
      "pluginVersion": .text(plugin.version), "service": .text(provider.service.rawValue),
      "title": .text(provider.title ?? provider.name), "providerMetadata": metadata,
    ]
  }
}

extension JSON {
  /// The object without one of its members (SYS-01).
  fileprivate func without(_ key: String) -> JSON {
    members.map { .object($0.filter { $0.key != key }) } ?? self
  }
}

/// The same for all providers of a plugin and on all members: twelve hexadecimal digits.
private func pluginID(_ name: String, _ version: String) -> String {
  String(Digest.hex("\(name):\(version)").prefix(12))
}
