import Model
import TestSupport
import Testing

@testable import Cluster

/// Random members under random policies; each seed is one history of 40 questions.
@Suite struct RemoteExecutionPropertyTests {
  private struct Question {
    let profiles: RemoteExecutionProfiles
    let members: [MemberCandidate]
    let this: MemberID
    let excluding: Set<MemberID>
    let turn: RemoteExecutionTurn

    var decision: RemoteExecutionDecision { decision(members) }

    func decision(_ members: [MemberCandidate]) -> RemoteExecutionDecision {
      RemoteExecutionDecider(profiles).decide(
        project: "p", members: members, self: this, excluding: excluding, turn: turn)
    }
  }

  private static func question(_ dice: inout SeededGenerator) -> Question {
    let members = members(&dice)
    let this = members.randomElement(using: &dice)?.id ?? MemberID("m0")
    let number = dice.next()
    return Question(
      profiles: RemoteExecutionProfiles.parse(properties(&dice)).profiles, members: members,
      this: this, excluding: Set(members.map(\.id).filter { _ in dice.next() % 5 == 0 }),
      turn: number % 2 == 0 ? .counted(number) : .numbered(number))
  }

  private static func members(_ dice: inout SeededGenerator) -> [MemberCandidate] {
    (0..<Int.random(in: 1...8, using: &dice)).map { index in
      PolicyScene.member(
        "m\(index)",
        tags: ["x", "y", "z"].filter { _ in Bool.random(using: &dice) }.joined(separator: ","),
        state: dice.next() % 3 == 0 ? MemberState.allCases.randomElement(using: &dice)! : .active,
        mode: dice.next() % 5 == 0 ? .passive : .active,
        running: .random(in: 0...12, using: &dice), capacity: .random(in: 0...10, using: &dice),
        cpu: .random(in: 0...3, using: &dice) * 300)
    }
  }

  private static func properties(_ dice: inout SeededGenerator) -> [String: String] {
    let choices = [
      "policy": RemoteExecutionPolicy.names, "config.uuid": ["m0", "m3"],
      "config.allowed": ["Self", "Other", "Self,m1", "Other,m2", "/m[0-4]/", "m1,m5", "/n.*/"],
      "config.allowedTags": ["*", "x", "x+y", "x,y", "Self,z", "none"],
      "config.preferredTags": ["x", "y+z", "*", "Self"], "config.activeOnly": ["true", "false"],
      "config.groupWeight": ["1,0,0", "4,3,2", "0,1"],
    ]
    var properties: [String: String] = [:]
    for (key, values) in choices.sorted(by: { $0.key < $1.key })
    where key == "policy" || key == "config.uuid" || Bool.random(using: &dice) {
      properties[PolicyScene.root + key] = values.randomElement(using: &dice)
    }
    return properties
  }

  private static func questions(_ seed: UInt64) -> [Question] {
    var dice = SeededGenerator(seed: seed)
    return (0..<40).map { _ in question(&dice) }
  }

  @Test(arguments: UInt64(0)..<100)
  func `the chosen member is a candidate, and somebody is chosen whenever there is one`(
    seed: UInt64
  ) {
    for question in Self.questions(seed) {
      let decision = question.decision
      #expect((decision.chosen == nil) == decision.candidates.isEmpty)
      #expect(decision.chosen.map(decision.candidates.contains) != false)
      #expect(decision.reason.hasSuffix("."))
    }
  }

  @Test(arguments: UInt64(100)..<200)
  func `every member is either a candidate or explained, and never both`(seed: UInt64) {
    for question in Self.questions(seed) {
      let decision = question.decision
      let explained = decision.excluded.map(\.member)
      #expect(
        (decision.candidates + explained).map(\.text).sorted()
          == question.members.map(\.id.text).sorted())
      #expect(decision.excluded.allSatisfy { !$0.reason.isEmpty })
    }
  }

  @Test(arguments: UInt64(200)..<300)
  func `nobody is a candidate that is absent, passed over, or passive where that matters`(
    seed: UInt64
  ) {
    for question in Self.questions(seed) {
      let candidates = Set(question.decision.candidates)
      let bounds = question.profiles.standard.bounds
      let isLocal = question.profiles.standard.policy == .none
      for member in question.members where candidates.contains(member.id) {
        #expect(member.state == .active)
        #expect(!question.excluding.contains(member.id))
        #expect(!(bounds.isActiveOnly && member.mode == .passive))
        #expect(!isLocal || member.id == question.this)
      }
    }
  }

  @Test(arguments: UInt64(300)..<400)
  func `a decision depends neither on the order of the members nor on chance`(seed: UInt64) {
    var dice = SeededGenerator(seed: seed)
    for question in Self.questions(seed) {
      #expect(question.decision(question.members.shuffled(using: &dice)) == question.decision)
    }
  }

  @Test(arguments: UInt64(400)..<500)
  func `Load without groups chooses a candidate with the lowest load`(seed: UInt64) {
    for question in Self.questions(seed) {
      guard case .load(let rule) = question.profiles.standard.policy, rule.groupWeights == nil
      else { continue }
      let decision = question.decision
      let loads = question.members.filter { decision.candidates.contains($0.id) }
        .map { (id: $0.id, value: rule.value(of: $0)) }
      let chosen = loads.first { $0.id == decision.chosen }?.value
      #expect(chosen == loads.map(\.value).min())
    }
  }

  @Test(arguments: UInt64(500)..<600)
  func `a member that could be chosen before still can when another is passed over`(seed: UInt64) {
    for question in Self.questions(seed) {
      let first = question.decision
      guard let chosen = first.chosen else { continue }
      let again = RemoteExecutionDecider(question.profiles).decide(
        project: "p", members: question.members, self: question.this,
        excluding: question.excluding.union([chosen]), turn: question.turn)
      #expect(again.chosen != chosen)
      #expect(Set(first.candidates).subtracting([chosen]).isSubset(of: again.candidates))
    }
  }
}
