/// The jobs that are measured.
enum Jobs {
  /// Starts one shell that does nothing.
  static let noop = """
    - name: noop
      loglevel: INFO
      multipleExecutions: true
      sequence:
        keepgoing: false
        strategy: node-first
        commands:
        - exec: 'true'
    """

  /// Sleeps, so that its supervisor can be looked at.
  static let sleeper = """
    - name: sleeper
      loglevel: INFO
      sequence:
        keepgoing: false
        strategy: node-first
        commands:
        - exec: sleep 60
    """

  /// A command that prints `lines` lines of 100 bytes, newline included.
  static func printing(_ lines: Int) -> String {
    "yes \(String(repeating: "0123456789", count: 9))012345678 | head -n \(lines)"
  }

  /// How many 100-byte lines are 1 GiB.
  static let gibibyteOfLines = 10_737_418

  /// What so many lines of 100 bytes are in MiB.
  static func mebibytes(of lines: Int) -> Double { Double(lines) * 100 / 1_048_576 }

  /// Prints so many 100-byte lines.
  static func flood(of lines: Int = gibibyteOfLines) -> String {
    """
    - name: flood
      loglevel: INFO
      sequence:
        keepgoing: false
        strategy: node-first
        commands:
        - exec: \(printing(lines))
    """
  }

  /// Prints the time in nanoseconds twenty times, each after a pause.
  static let ticker = """
    - name: ticker
      loglevel: INFO
      sequence:
        keepgoing: false
        strategy: node-first
        commands:
        - exec: for i in $(seq 20); do sleep 0.1; date +%s%N; done
    """

  /// How many lines `quickTicker` prints.
  static let quickTicks = 300

  /// Prints the time in nanoseconds, each time after 20 ms, on a node.
  static func quickTicker(node: String) -> String {
    """
    - name: quick-ticker
      loglevel: INFO
      nodefilters:
        filter: 'name: \(node)'
      sequence:
        keepgoing: false
        strategy: node-first
        commands:
        - exec: for i in $(seq \(quickTicks)); do sleep 0.02; date +%s%N; done
    """
  }

  /// A schedule that fires each second.
  static let everySecond = scheduled("every-second", crontab: "* * * ? * * *")

  /// Starts one shell that does nothing, at the instants of a crontab.
  static func scheduled(_ name: String, crontab: String) -> String {
    """
    - name: \(name)
      multipleExecutions: true
      schedule:
        crontab: '\(crontab)'
      timeZone: UTC
      sequence:
        keepgoing: false
        strategy: node-first
        commands:
        - exec: 'true'
    """
  }

  /// Two steps on a node: the first ends when the file `go` is there, the second makes the file `two`.
  static func twoSteps(folder: String, node: String) -> String {
    """
    - name: two-steps
      multipleExecutions: true
      nodefilters:
        filter: 'name: \(node)'
      sequence:
        keepgoing: false
        strategy: node-first
        commands:
        - exec: touch \(folder)/one; while [ ! -e \(folder)/go ]; do sleep 0.01; done
        - exec: touch \(folder)/two
    """
  }
}
