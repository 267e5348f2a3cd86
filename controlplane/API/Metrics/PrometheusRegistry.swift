public import Metrics
import Synchronization

/// A backend of swift-metrics that renders Prometheus' text format: counters, gauges, and histograms
/// for recorders and timers (timers in seconds).
public final class PrometheusRegistry: MetricsFactory {
  struct Key: Hashable, Sendable {
    let name: String
    /// The labels in Prometheus' spelling without braces, sorted: `method="GET",status="200"`.
    let labels: String
  }

  enum Instrument: Sendable {
    case counter(PrometheusCounter)
    case gauge(PrometheusGauge)
    case histogram(PrometheusHistogram)
  }

  private let instruments = Mutex<[Key: Instrument]>([:])

  public init() {}

  /// The process's metrics: what swift-metrics records with, from its first use on.
  public static let process: PrometheusRegistry = {
    let registry = PrometheusRegistry()
    MetricsSystem.bootstrap(registry)
    return registry
  }()

  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    counter(label, dimensions)
  }

  public func makeFloatingPointCounter(
    label: String, dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler { counter(label, dimensions) }

  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    gauge(label, dimensions)
  }

  public func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler {
    aggregate ? histogram(label, dimensions) : gauge(label, dimensions)
  }

  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    histogram(label, dimensions)
  }

  // Instruments live as long as the process: what Prometheus has seen must not begin again at 0.
  public func destroyCounter(_ handler: any CounterHandler) {}
  public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
  public func destroyMeter(_ handler: any MeterHandler) {}
  public func destroyRecorder(_ handler: any RecorderHandler) {}
  public func destroyTimer(_ handler: any TimerHandler) {}

  func counter(_ label: String, _ dimensions: [(String, String)]) -> PrometheusCounter {
    instruments.withLock { instruments in
      let key = Self.key(label, dimensions)
      if case .counter(let found) = instruments[key] { return found }
      let made = PrometheusCounter()
      if instruments[key] == nil { instruments[key] = .counter(made) }
      return made
    }
  }

  func gauge(_ label: String, _ dimensions: [(String, String)]) -> PrometheusGauge {
    instruments.withLock { instruments in
      let key = Self.key(label, dimensions)
      if case .gauge(let found) = instruments[key] { return found }
      let made = PrometheusGauge()
      if instruments[key] == nil { instruments[key] = .gauge(made) }
      return made
    }
  }

  func histogram(_ label: String, _ dimensions: [(String, String)]) -> PrometheusHistogram {
    instruments.withLock { instruments in
      let key = Self.key(label, dimensions)
      if case .histogram(let found) = instruments[key] { return found }
      let made = PrometheusHistogram()
      if instruments[key] == nil { instruments[key] = .histogram(made) }
      return made
    }
  }

  /// All instruments, sorted by name and labels.
  var all: [(key: Key, instrument: Instrument)] {
    instruments.withLock { Array($0) }.map { ($0.key, $0.value) }
      .sorted { ($0.key.name, $0.key.labels) < ($1.key.name, $1.key.labels) }
  }

  private static func key(_ label: String, _ dimensions: [(String, String)]) -> Key {
    let labels = dimensions.sorted { $0.0 < $1.0 }.map { "\(name($0.0))=\"\(escaped($0.1))\"" }
    return Key(name: name(label), labels: labels.joined(separator: ","))
  }

  /// Letters, digits and underscores only, as Prometheus wants names.
  private static func name(_ text: String) -> String {
    let name = String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    return name.first?.isNumber == true ? "_\(name)" : name
  }

  private static func escaped(_ value: String) -> String {
    var escaped = ""
    for character in value {
      switch character {
      case "\\": escaped += "\\\\"
      case "\"": escaped += "\\\""
      case "\n": escaped += "\\n"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}
