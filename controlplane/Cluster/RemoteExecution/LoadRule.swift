/// How the policy `Load` compares members.
public struct LoadRule: Sendable, Hashable {
  /// What a member says of itself in its heartbeat, each from 0 (idle) to 1.
  public enum Criterion: String, Sendable, Hashable, CaseIterable {
    /// Executions carried against capacity.
    case threadRatio
    /// The share of the processors in use.
    case load

    func value(of member: MemberCandidate) -> Double {
      switch self {
      case .threadRatio: member.threadRatio
      case .load: member.cpuShare
      }
    }
  }

  /// A criterion and how much it counts.
  public struct Part: Sendable, Hashable {
    public let criterion: Criterion
    /// Not negative; only its share of all the weights matters.
    public let weight: Double

    public init(_ criterion: Criterion, weight: Double = 1) {
      self.criterion = criterion
      self.weight = weight
    }
  }

  /// `criteria` with their `weights`, never empty.
  public let parts: [Part]
  /// `groupWeight`: as many groups as weights, the least loaded members in the first one. Nil: no groups, the
  /// least loaded member is chosen.
  public let groupWeights: [Double]?

  public init(parts: [Part] = Criterion.allCases.map { Part($0) }, groupWeights: [Double]? = nil) {
    self.parts = parts
    self.groupWeights = groupWeights
  }

  /// The weighted mean of the criteria, 0 to 1.
  public func value(of member: MemberCandidate) -> Double {
    let total = parts.reduce(0) { $0 + $1.weight }
    guard total > 0 else { return 0 }
    return parts.reduce(0) { $0 + $1.weight * $1.criterion.value(of: member) } / total
  }

  /// `threadRatio 0.250, load 0.100, weighted 0.160`.
  func explain(_ member: MemberCandidate) -> String {
    let values = parts.map {
      "\($0.criterion.rawValue) \($0.criterion.value(of: member).inThousandths)"
    }
    return (values + ["weighted \(value(of: member).inThousandths)"]).joined(separator: ", ")
  }
}

extension Double {
  /// A number that is not negative, with three digits after the point.
  var inThousandths: String {
    let thousandths = Int((self * 1_000).rounded())
    let fraction = String(thousandths % 1_000)
    return "\(thousandths / 1_000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
  }
}
