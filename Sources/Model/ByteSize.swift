/// A size as people write it into jobs and configuration: `1048576`, `512KB`, `50MB`, `1g`.
public enum ByteSize {
  /// The bytes that a text says; a unit of B, KB, MB, GB or TB in upper or lower case, with or without its
  /// B, counts in steps of 1024. Nil for any other text, for a negative number, and for what is more
  /// than 2⁶²: then nothing is meant.
  public static func bytes(in text: String) -> UInt64? {
    let digits = text.prefix { ("0"..."9").contains($0) }
    guard !digits.isEmpty, let number = UInt64(digits) else { return nil }
    var unit = text.dropFirst(digits.count).uppercased()
    while unit.hasPrefix(" ") { unit.removeFirst() }
    if unit.hasSuffix("IB") { unit.removeLast(2) } else if unit.hasSuffix("B") { unit.removeLast() }
    guard let shift = ["": 0, "K": 10, "M": 20, "G": 30, "T": 40][unit] else { return nil }
    let (bytes, overflows) = number.multipliedReportingOverflow(by: 1 << UInt64(shift))
    return overflows || bytes > 1 << 62 ? nil : bytes
  }

  /// For people: in the largest unit that gives a whole number.
  public static func text(_ bytes: UInt64) -> String {
    for (shift, unit) in [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")] as [(UInt64, String)]
    where bytes > 0 && bytes & ((1 << shift) - 1) == 0 {
      return "\(bytes >> shift) \(unit)"
    }
    return "\(bytes) bytes"
  }
}
