public import Hummingbird
public import Identity
import NIOCore

/// What travels with a request: who makes it, from where, and in which API version.
public struct APIContext: RequestContext {
  public var coreContext: CoreRequestContextStorage
  /// The connection that the request came over.
  let channel: any Channel
  /// The address that the request came from, as text; `local` where there is none.
  public let remoteAddress: String
  /// The API version of the path; the newest for paths without one.
  public var version = APIVersion.newest
  /// nil before the request was authenticated, and for pages that need no one.
  public var principal: Principal?

  public init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    channel = source.channel
    remoteAddress = source.channel.remoteAddress?.ipAddress ?? "local"
  }
}
