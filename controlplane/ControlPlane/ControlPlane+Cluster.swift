import Cluster
import Daemon
import Execution
import Model
import Scheduler
import Store

/// What makes a member one of several: its registration, its schedules, and what it does for others.
struct ClusterServices: Sendable {
  let membership: Membership
  let directory: MemberDirectory
  let scheduler: SchedulerService
  let takeover: Takeover
  let stop: DrainOnStop
  let office: ClusterOffice
}

extension ControlPlane {
  func clusterServices(
    _ member: StartedMember, _ executions: ExecutionServices
  ) -> ClusterServices {
    let scheduler = SchedulerService(
      store: member.store, terms: member.terms, time: member.time, notices: member.notices,
      launcher: executions.conductor, settings: member.settings.scheduler,
      clock: member.monotonic, logger: logger)
    let stop = DrainOnStop(
      drain: drain(member, scheduler, executions.conductor), store: member.store,
      terms: member.terms, notices: member.notices,
      limit: configuration[DaemonKeys.stopTimeLimit] / 2, logger: logger)
    return ClusterServices(
      membership: membership(member, executions.conductor), directory: member.directory,
      scheduler: scheduler, takeover: takeover(member), stop: stop,
      office: ClusterOffice(
        store: member.store, session: database.session, terms: member.terms, time: member.time,
        timing: member.settings.cluster.timing, mode: member.mode, directory: member.directory,
        stop: stop, isShared: database.isShared))
  }

  private func membership(
    _ member: StartedMember, _ conductor: ExecutionConductor
  ) -> Membership {
    let capacity = configuration[ControlPlaneKeys.capacity]
    return Membership(
      facts: member.facts, terms: member.terms, databaseTime: member.time, store: member.store,
      registration: member.registration, timing: member.settings.cluster.timing,
      time: member.monotonic,
      load: {
        MemberLoad(
          running: conductor.runningCount, capacity: capacity, cpuPermille: Host.processorLoad)
      }, logger: logger)
  }

  private func takeover(_ member: StartedMember) -> Takeover {
    Takeover(
      store: member.store, terms: member.terms, databaseTime: member.time,
      timing: member.settings.cluster.timing, settings: member.settings.cluster.takeover,
      candidates: AutotakeoverCandidates(member.settings.profiles), time: member.monotonic,
      logger: logger)
  }

  func retention(_ member: StartedMember) -> LedgerRetention {
    LedgerRetention(
      store: member.store, terms: member.terms, time: member.time,
      keep: configuration[ControlPlaneKeys.ledgerRetention], clock: member.monotonic,
      logger: logger)
  }

  /// Steps go on in their supervisors, so nobody waits for executions to end. Nothing is taken up again when a drain
  /// fails: the process ends either way, and the others find its lease over.
  private func drain(
    _ member: StartedMember, _ scheduler: SchedulerService, _ conductor: ExecutionConductor
  ) -> Drain {
    Drain(
      store: member.store, terms: member.terms, databaseTime: member.time,
      timing: member.settings.cluster.timing, time: member.monotonic,
      steps: DrainSteps(
        stopFiring: { await scheduler.stop() },
        stopCarrying: { _ in await conductor.handOver() }, resume: {}),
      session: database.session, logger: logger)
  }
}
