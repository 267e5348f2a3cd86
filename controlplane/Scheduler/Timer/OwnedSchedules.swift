import Model

/// The schedules that this member owns, by job, and a heap of when each is due next.
struct OwnedSchedules: Sendable {
  private var slots: [OwnedSchedule?] = []
  private var free: [Int32] = []
  private var index: [JobID: Int32] = [:]
  private var heap = DueHeap()
  /// One copy of each project's name.
  private var projects: Set<String> = []

  /// How many there are.
  var count: Int { index.count }

  /// When the first one is due; nil when none ever is.
  var firstDue: Instant? { heap.first.map { Instant(microseconds: $0.due) } }

  /// The job's schedule, when this member owns it.
  subscript(job: JobID) -> OwnedSchedule? {
    index[job].flatMap { slots[Int($0)] }
  }

  /// The text that all schedules of that project share.
  mutating func interned(_ project: String) -> String { projects.insert(project).memberAfterInsert }

  /// Takes the schedule up, in place of what was known of its job. `next` is when it is due next.
  mutating func put(_ schedule: OwnedSchedule, next: Instant?) {
    let slot = index[schedule.job] ?? freeSlot(for: schedule.job)
    slots[Int(slot)] = schedule
    expect(next, in: slot)
  }

  /// Drops the job's schedule; false when it was not owned.
  @discardableResult
  mutating func remove(_ job: JobID) -> Bool {
    guard let slot = index.removeValue(forKey: job) else { return false }
    heap.remove(slot)
    slots[Int(slot)] = nil
    free.append(slot)
    return true
  }

  /// Notes that every instant of the job up to `instant` has an outcome. It never goes back.
  mutating func settle(_ job: JobID, through instant: Instant) {
    guard let slot = index[job], let known = slots[Int(slot)]?.settled, known < instant else {
      return
    }
    slots[Int(slot)]?.settled = instant
  }

  /// Notes that the store knows the job to be settled up to `instant`.
  mutating func stored(_ job: JobID, through instant: Instant) {
    guard let slot = index[job] else { return }
    slots[Int(slot)]?.stored = instant
  }

  /// Takes out the next instant that is due by `now`, and counts it as handed; nil when none is due.
  mutating func takeDue(by now: Instant) -> (schedule: OwnedSchedule, due: Instant)? {
    guard let (slot, due) = heap.first, due <= now.microseconds,
      let schedule = slots[Int(slot)]
    else { return nil }
    hand(slot, through: Instant(microseconds: due))
    return (schedule, Instant(microseconds: due))
  }

  /// Counts every instant of the job up to `instant` as handed.
  mutating func hand(_ job: JobID, through instant: Instant) {
    if let slot = index[job] { hand(slot, through: instant) }
  }

  private mutating func hand(_ slot: Int32, through instant: Instant) {
    guard let handed = slots[Int(slot)]?.handed else { return }
    slots[Int(slot)]?.handed = max(handed, instant)
    expect(slots[Int(slot)]?.next, in: slot)
  }

  private mutating func expect(_ due: Instant?, in slot: Int32) {
    if let due { heap.set(slot, due: due.microseconds) } else { heap.remove(slot) }
  }

  private mutating func freeSlot(for job: JobID) -> Int32 {
    let slot: Int32
    if let last = free.popLast() {
      slot = last
    } else {
      slot = Int32(slots.count)
      slots.append(nil)
    }
    index[job] = slot
    return slot
  }
}
