import Model
import TestSupport
import Testing

@testable import WorkflowEngine

/// What holds for every workflow: strategies, nested ones, handlers, orchestrators, halts.
@Suite struct RandomWorkflowTests {
  static var seeds: FuzzRounds { FuzzRounds(150) }

  @Test func `a workflow that is cut at any point goes on in another member as it would have`() {
    for seed in Self.seeds {
      var random = SeededGenerator(seed: seed ^ 0xABCD)
      var kept = WorkflowPlay(RandomWorkflow(seed: seed))
      var moved = kept
      kept.advance()
      moved.advance()
      while !kept.inFlight.isEmpty, kept.started.count < 400 {
        let again = moved.reload()
        #expect(again.isEmpty, "seed \(seed): decided anew: \(again)")
        let choice = Int.random(in: 0..<100, using: &random)
        kept.endOne(choice)
        moved.endOne(choice)
        if choice == 7 {
          kept.machine.abort()
          moved.machine.abort()
        }
        kept.advance()
        moved.advance()
        #expect(kept.started == moved.started, "seed \(seed)")
        #expect(kept.store == moved.store, "seed \(seed)")
        #expect(kept.machine.verdict == moved.machine.verdict, "seed \(seed)")
      }
    }
  }

  @Test func `no step starts twice, no cell ends twice, and there is an end with nothing open`() {
    for seed in Self.seeds {
      var random = SeededGenerator(seed: seed ^ 0x1234)
      var play = WorkflowPlay(RandomWorkflow(seed: seed))
      play.advance()
      while !play.inFlight.isEmpty {
        #expect(play.machine.verdict == nil, "seed \(seed)")
        play.endOne(Int.random(in: 0..<100, using: &random))
        play.advance()
      }
      #expect(Set(play.started).count == play.started.count, "seed \(seed)")
      #expect(play.repeated.isEmpty, "seed \(seed): \(play.repeated)")
      #expect(play.machine.verdict != nil, "seed \(seed)")
      let open = play.store.filter { !$0.value.isFinal }
      #expect(open.isEmpty, "seed \(seed): \(open)")
      for (key, cell) in play.machine.touched { #expect(play.store[key] == cell, "seed \(seed)") }
    }
  }

  @Test func `nothing starts after a halt in the workflow in which it was said`() {
    for seed in Self.seeds {
      var play = WorkflowPlay(RandomWorkflow(seed: seed))
      play.advance()
      while let key = play.inFlight.first {
        play.endOne(0)
        let before = play.started.count
        let isHalt = play.halts[key] != nil
        play.advance()
        guard isHalt else { continue }
        let level = Self.level(of: key)
        let later = play.started[before...].filter { Self.level(of: $0) == level }
        #expect(later.isEmpty, "seed \(seed): \(key) halted, then \(later)")
      }
    }
  }

  @Test func `nothing starts after an abort, and everything that was open is closed`() {
    for seed in Self.seeds {
      var random = SeededGenerator(seed: seed ^ 0x77)
      var play = WorkflowPlay(RandomWorkflow(seed: seed))
      play.advance()
      for _ in 0..<Int.random(in: 0..<8, using: &random) where !play.inFlight.isEmpty {
        play.endOne(Int.random(in: 0..<100, using: &random))
        play.advance()
      }
      guard play.machine.verdict == nil else { continue }
      let before = play.started.count
      play.machine.abort()
      play.advance()
      while !play.inFlight.isEmpty {
        play.endOneAborted()
        play.advance()
      }
      #expect(play.started.count == before, "seed \(seed)")
      #expect(play.machine.verdict?.status == .aborted, "seed \(seed)")
      let open = play.store.filter { !$0.value.isFinal }
      #expect(open.isEmpty, "seed \(seed): \(open)")
    }
  }

  @Test func `with all keepgoings everything is done, whatever fails`() {
    let wishes = RandomWorkflow.Wishes(
      strategies: [.nodeFirst, .stepFirst, .parallel], keepsGoing: true, hasHalts: false)
    for seed in Self.seeds {
      var play = WorkflowPlay(RandomWorkflow(seed: seed, wishes))
      play.playAll { _ in 0 }
      let plan = play.workflow.plan
      for step in plan.steps {
        for node in step.isNodeStep ? plan.nodes.map(\.name) : [""] {
          let cell = play.store[StepKey(step: step.step, node: node)]
          #expect(cell?.isFinal == true, "seed \(seed): \(step.step) on \(node)")
        }
      }
    }
  }

  @Test func `with all keepgoings the end does not depend on the order of outcomes`() {
    let wishes = RandomWorkflow.Wishes(keepsGoing: true, hasHalts: false)
    for seed in Self.seeds {
      var random = SeededGenerator(seed: seed ^ 0x99)
      var first = WorkflowPlay(RandomWorkflow(seed: seed, wishes))
      var second = first
      first.playAll { Int.random(in: 0..<max(1, $0), using: &random) }
      second.playAll { $0 - 1 }
      #expect(first.store == second.store, "seed \(seed)")
      #expect(first.machine.verdict == second.machine.verdict, "seed \(seed)")
    }
  }

  @Test
  func `parallel steps do not depend on each other, with or without the workflow's keepgoing`() {
    let wishes = RandomWorkflow.Wishes(strategies: [.parallel], keepsGoing: nil, hasHalts: false)
    for seed in Self.seeds {
      let workflow = RandomWorkflow(seed: seed, wishes)
      // What failing nodes keep from starting depends on which of them fails first.
      guard workflow.plan.nodeKeepgoing || workflow.plan.nodes.count < 2 else { continue }
      var first = WorkflowPlay(workflow)
      var second = first
      first.playAll { _ in 0 }
      second.playAll { $0 - 1 }
      let isOuter = { (key: StepKey) in !key.step.contains("/") }
      #expect(first.started.filter(isOuter).count == second.started.filter(isOuter).count)
    }
  }

  @Test func `without keepgoing no step follows one that failed`() {
    let wishes = RandomWorkflow.Wishes(
      strategies: [.nodeFirst, .stepFirst], keepsGoing: false, hasHalts: false)
    for seed in Self.seeds {
      var play = WorkflowPlay(RandomWorkflow(seed: seed, wishes))
      play.playAll { _ in 0 }
      let plan = play.workflow.plan
      for node in plan.nodes.map(\.name) {
        let cells = plan.steps.filter(\.isNodeStep)
          .map { play.store[StepKey(step: $0.step, node: node)] }
        guard let failure = cells.firstIndex(of: .failed) else { continue }
        #expect(cells[(failure + 1)...].allSatisfy { $0 == nil }, "seed \(seed)")
      }
    }
  }

  @Test func `no more lanes are open than threads and orchestrator allow`() {
    for seed in Self.seeds {
      var random = SeededGenerator(seed: seed ^ 0x55)
      var play = WorkflowPlay(RandomWorkflow(seed: seed))
      let plan = play.workflow.plan
      let most = min(plan.threadCount, plan.orchestration?.atOnce ?? .max)
      play.advance()
      while !play.inFlight.isEmpty {
        let open = play.store.filter { $0.value == .begun && !$0.key.step.contains("/") }.keys
        let counts = Dictionary(grouping: open, by: { plan.strategy == .parallel ? $0.step : "" })
        if plan.strategy != .ruleset {
          #expect(counts.values.allSatisfy { $0.count <= most }, "seed \(seed)")
        }
        play.endOne(Int.random(in: 0..<100, using: &random))
        play.advance()
      }
    }
  }

  /// What the step context identifiers of its workflow begin with.
  private static func level(of key: StepKey) -> String {
    key.step.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
      separator: "/")
  }
}

extension WorkflowPlay {
  /// Plays to the end; `choose` picks one of so many that run.
  mutating func playAll(_ choose: (Int) -> Int) {
    advance()
    while !inFlight.isEmpty {
      endOne(choose(inFlight.count))
      advance()
    }
  }
}
