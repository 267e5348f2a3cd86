import Model

// When this member looks for what was given to it.

extension ExecutionConductor {
  /// Looks at once and then from time to time: the net under the notices.
  func lookAgainAndAgain() async {
    guard let pause = timing.handedCheck else { return await look() }
    repeat { await look() } while (try? await timing.clock.sleep(for: pause)) != nil
  }

  /// Looks whenever another member says that it gave something to this one.
  func lookWhenTold() async {
    for await _ in cluster.handed() { await look() }
  }

  /// What this member owns is taken up between commits; what it may claim is planned beside them.
  private func look() async {
    guard mayAct, !isDraining, inbox.put([.takeUp]) else { return }
    await claimQueued()
    await decideAgain()
    await letIn()
  }
}
