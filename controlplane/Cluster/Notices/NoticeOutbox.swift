import Store

/// Notices that wait to be sent together, in the order in which they were first announced, each once.
struct NoticeOutbox {
  private var notices: [ClusterNotice] = []
  private var known: Set<ClusterNotice> = []

  /// Answers whether there was anything that did not wait already.
  mutating func add(_ new: [ClusterNotice]) -> Bool {
    let count = notices.count
    for notice in new where known.insert(notice).inserted { notices.append(notice) }
    return notices.count > count
  }

  mutating func take() -> [ClusterNotice] {
    defer { self = NoticeOutbox() }
    return notices
  }
}
