extension AsyncStream where Element: Sendable {
  /// Works on the elements, at most `width` at once, until the stream ends or the task is cancelled; then it waits for
  /// what was begun, which is cancelled.
  func forEach(
    atMost width: Int, _ work: @escaping @Sendable (Element) async -> Void
  ) async {
    await withTaskGroup(of: Void.self) { group in
      var begun = 0
      for await element in self {
        if begun == width {
          await group.next()
          begun -= 1
        }
        group.addTask { await work(element) }
        begun += 1
      }
      group.cancelAll()
    }
  }
}
