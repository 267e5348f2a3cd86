public import Model

/// Decides what an execution does next. A value without clock, store or network: outcomes and an abort
/// go in, the steps to start and at last the final status come out.
///
/// The plan's steps and nodes span a table of *cells*, one for each step on each node, and one for a step
/// that runs once in its workflow. A strategy cuts the table into *stages* and a stage into *lanes*:
///
/// - node-first: a stage for each run of node steps, with a lane for each node and all those steps in it; a
///   stage for each step that runs once. They follow each other.
/// - step-first (`sequential`): a stage for each step, a lane for each node. They follow each other.
/// - parallel: the same stages, all at once.
/// - ruleset: the same stages, each when the rules say so.
///
/// At most `threadCount` lanes of a stage are worked on at once, in their order. A failed cell ends its
/// lane unless `keepgoing`; a failed lane keeps further lanes of the stage from starting unless
/// `nodeKeepgoing`; a failed stage keeps the next from starting unless `keepgoing`.
///
/// A failed cell with an error handler is `handling` until the handler has ended; then it has the
/// handler's state. In a node-first workflow the handler of a node step is part of its lane; anywhere else it
/// runs when the step has ended on all nodes that it was started on.
///
/// A cell may be carried out by a nested workflow (`enter`), whose end ends the cell.
///
/// Use it like this: `end`, `enter`, `halt` and `note` what happened, in any number; then `advance`, start
/// what it says and store what ended; then ask for the `verdict`. All of this belongs into one
/// commit: what is stored always is what followed from an `advance`.
public struct WorkflowMachine: Sendable {
  /// What `advance` decided.
  public struct Decision: Sendable, Hashable {
    /// The cells that begin now, in this order: steps, handlers (`1e`), steps of nested workflows (`2/1`).
    public var starts: [StepKey] = []
    /// The cells that ended without an outcome of their own: those whose nested workflow ended, steps that
    /// a rule skips, failed steps whose handler is not run any more.
    public var ended: [Ended] = []

    public var isEmpty: Bool { starts.isEmpty && ended.isEmpty }
  }

  /// A cell that has a new state.
  public struct Ended: Sendable, Hashable {
    public let key: StepKey
    /// Where it stands now: final, or `handling` when it failed and its handler is to decide.
    public let cell: Cell
    /// Why, for people; nil when the outcome says it.
    public let reason: String?
  }

  var workflows: [WorkflowProgress]
  /// The workflows by what their step context identifiers begin with; empty for the execution's own.
  var byPrefix: [String: Int] = ["": 0]
  /// The workflows that `advance` must look at.
  var changed: [Int] = [0]
  /// The workflows that carry cells out.
  var carriers: [CellPlace: Int] = [:]
  public internal(set) var isAborted = false
  /// How the execution ends once it was told to end; nil: as aborted.
  public internal(set) var forcedVerdict: Verdict?

  /// The plan of the execution's own workflow.
  public var plan: ExecutionPlan { workflows[0].plan }

  /// A machine at the beginning of `plan`; call `advance` for the first steps.
  public init(plan: ExecutionPlan) {
    workflows = [WorkflowProgress(plan: plan, prefix: "", parent: nil)]
  }

  /// What to start now, and what ended by itself.
  public mutating func advance() -> Decision {
    var decision = Decision()
    while let index = changed.popLast() {
      workflows[index].isChanged = false
      guard !workflows[index].isOver else { continue }
      for slot in workflows[index].advance(isAborted: isAborted) {
        decision.starts.append(workflows[index].key(of: slot))
      }
      decision.ended += workflows[index].takeSettled()
      guard workflows[index].isOver, let parent = workflows[index].parent else { continue }
      let end = workflows[index].end(isAborted: isAborted)
      decision.ended += close(parent, as: end.cell, reason: end.reason)
    }
    return decision
  }

  /// Takes in how a begun cell ended: that cell, as it stands now, and what ended with it (by the end of a
  /// handler the step that it handles). Empty, and nothing changes, when the cell is not open or a nested
  /// workflow carries it out.
  public mutating func end(_ key: StepKey, as cell: Cell) -> [Ended] {
    guard cell.isFinal, let place = open(key) else { return [] }
    return close(place, as: cell, reason: nil)
  }

  /// From here on `nested` carries the begun cell out: its steps are `2/1`, `2/2`… for a cell `2` that runs
  /// once, `2@node=web1/1`… for one on web1, `2e/1`… for a handler. When it ends, so does the cell. Its
  /// rules look at `values`.
  ///
  /// False, and nothing changes, when the cell is not open or has a nested workflow already.
  @discardableResult
  public mutating func enter(
    _ key: StepKey, _ nested: ExecutionPlan, values: [String: String] = [:]
  ) -> Bool {
    guard let place = open(key) else { return false }
    add(WorkflowProgress(plan: nested, prefix: Self.prefix(below: key), parent: place))
    workflows[workflows.count - 1].values = values
    return true
  }

  /// Flow control: ends the begun cell, and nothing starts any more in the workflow in which the step is.
  /// When what runs there has ended, that workflow ends as `halt` says, whatever failed before.
  ///
  /// Of several halts in one workflow that of the first step counts.
  public mutating func halt(_ key: StepKey, _ halt: Halt) -> [Ended] {
    guard let place = open(key) else { return [] }
    workflows[place.workflow].halt(at: place.slot, halt)
    return close(place, as: halt == .succeeded ? .succeeded : .failed, reason: nil)
  }

  /// Adds to what rules look at: `option.env`, `data.x`… and their values. A value that is there already is
  /// replaced. The workflow is the one that carries out the cell `parent`; the execution's own when nil.
  public mutating func note(_ values: [String: String], below parent: StepKey? = nil) {
    guard let index = byPrefix[parent.map(Self.prefix) ?? ""] else { return }
    workflows[index].values.merge(values) { $1 }
  }

  /// From here on nothing is started any more, and the execution ends as `verdict` says; nil: as aborted.
  /// The first word counts. What runs is still to be ended by `end`.
  public mutating func abort(as verdict: Verdict? = nil) {
    guard !isAborted else { return }
    isAborted = true
    forcedVerdict = verdict
    for index in workflows.indices { change(index) }
  }

  /// Where a begun cell is that no nested workflow carries out.
  private func open(_ key: StepKey) -> CellPlace? {
    guard let place = find(key), workflows[place.workflow].isOpen(place.slot),
      carriers.isEmpty || carriers[place] == nil
    else { return nil }
    return place
  }

  mutating func add(_ workflow: WorkflowProgress) {
    byPrefix[workflow.prefix] = workflows.count
    if let parent = workflow.parent { carriers[parent] = workflows.count }
    changed.append(workflows.count)
    workflows.append(workflow)
  }

  private mutating func close(_ place: CellPlace, as cell: Cell, reason: String?) -> [Ended] {
    workflows[place.workflow].end(place.slot, as: cell, reason: reason, isAborted: isAborted)
    change(place.workflow)
    return workflows[place.workflow].takeSettled()
  }

  private mutating func change(_ index: Int) {
    guard !workflows[index].isChanged else { return }
    workflows[index].isChanged = true
    changed.append(index)
  }
}
