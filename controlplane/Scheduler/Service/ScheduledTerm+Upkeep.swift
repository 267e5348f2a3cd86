import Cluster
import Logging
import Model
import Store

// Notices, the slow poll behind them, what keeps projects from running, and how far jobs are settled.
extension ScheduledTerm {
  /// How far back a poll looks beyond the one before: transactions that began earlier end later.
  static let pollOverlap: Duration = .seconds(30)
  /// The most jobs whose progress is written with one statement.
  static let advancesAtOnce = 1_000

  /// Acts on the notices of the other members, until the term is dropped.
  func hear(_ notices: AsyncStream<ClusterNotice>) async {
    for await notice in notices {
      switch notice {
      case .schedulesChanged([]): pollWanted.send()
      case .schedulesChanged(let jobs): want(jobs)
      case .unknown:
        pollWanted.send()
        factsWanted.send()
      case .modeChanged, .membersChanged: factsWanted.send()
      default: break
      }
    }
  }

  /// Asks for a poll in the settings' interval.
  nonisolated func pollOnBeat() async {
    while !Task.isCancelled {
      guard (try? await office.clock.sleep(for: office.settings.poll)) != nil else { return }
      pollWanted.send()
    }
  }

  /// Asks the store for the schedules that have changed since the last time, whenever a poll is asked for.
  func pollLoop() async {
    var since = office.time.now()
    for await _ in pollWanted.stream {
      let begun = office.time.now()
      do throws(StoreError) {
        let changed = try await office.shelf.changed(
          since: since.advanced(by: .zero - Self.pollOverlap))
        await take(changed)
        since = begun
      } catch {
        await pause(after: error, "Changed schedules could not be asked for")
      }
    }
  }

  /// Reads what keeps projects from running, whenever that is asked for.
  func factsLoop() async {
    for await _ in factsWanted.stream { await readFacts() }
  }

  /// Reads what keeps projects from running. What was read last holds when the store does not answer.
  func readFacts() async {
    let begun = office.clock.now
    do throws(StoreError) {
      facts = try await office.shelf.facts()
      factsRead = begun
    } catch {
      await pause(after: error, "The projects' switches could not be read")
    }
  }

  /// Writes from time to time how far the jobs that fired are settled.
  func advanceLoop() async {
    while !Task.isCancelled {
      guard (try? await office.clock.sleep(for: office.settings.advance)) != nil else { return }
      await advance()
    }
  }

  /// Writes how far the jobs that fired since the last time are settled.
  func advance() async {
    guard isHeld, !Task.isCancelled else { return }
    var rest = Array(advanced)[...]
    advanced = []
    while !rest.isEmpty {
      let steps = rest.prefix(Self.advancesAtOnce).compactMap { owned[$0] }.filter(\.isToBeStored)
      do throws(StoreError) {
        let noted = steps.isEmpty ? [] : try await office.shelf.advance(steps, by: term)
        for step in steps { note(step, isStored: noted.contains(step.job)) }
        rest = rest.dropFirst(Self.advancesAtOnce)
      } catch {
        advanced.formUnion(rest)
        return office.logger.warning(
          "It could not be written how far jobs are settled", metadata: ["error": "\(error)"])
      }
    }
  }

  private func note(_ step: OwnedSchedule, isStored: Bool) {
    if step.isGone && step.settled >= step.validFrom {
      if owned[step.job]?.version == step.version { forget(step.job) }
    } else if isStored {
      owned.stored(step.job, through: step.settled)
    } else {
      advanced.insert(step.job)
    }
  }
}
