import Model

extension ExecutionConductor {
  /// Lets go of everything, for a member that drains: nothing is launched, claimed or taken up from now on,
  /// and what was asked for before is committed. When this returns nothing is written any more in this term,
  /// and whatever the store still says this member owns may be given to others. Steps that run go on.
  public func handOver() async {
    isDraining = true
    let answer = Answer<Void, Never>()
    guard served != nil, inbox.put([.handOver(answer)]) else { return }
    await answer.value()
  }

  /// Ends the work when these inputs asked for it.
  func finishHandOver(_ inputs: [ConductorInput]) -> Bool {
    let answers = inputs.compactMap { if case .handOver(let answer) = $0 { answer } else { nil } }
    guard !answers.isEmpty else { return false }
    isHandedOver = true
    refuse(inbox.close(), because: Self.stopping)
    forgetCarried()
    for answer in answers { answer.give(.success(())) }
    return true
  }
}
