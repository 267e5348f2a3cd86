import CCurl

/// libcurl's multi handle.
///
/// @unchecked: used on the event thread only, except `wake`, which libcurl allows from any thread
/// and which callers make under the lock that also guards the way to `free`.
struct MultiHandle: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer

  private static let isLibraryReady = qd_global_init() == CURLE_OK

  /// A new handle, or nil without memory.
  static func make(keptConnections: Int) -> MultiHandle? {
    guard isLibraryReady, let pointer = curl_multi_init() else { return nil }
    _ = qd_multi_set_long(pointer, CURLMOPT_MAXCONNECTS, keptConnections)
    return MultiHandle(pointer: pointer)
  }

  /// Makes the event thread's wait return now.
  func wake() { curl_multi_wakeup(pointer) }

  /// Closes all connections. Every transfer must have been removed.
  func free() { curl_multi_cleanup(pointer) }
}
