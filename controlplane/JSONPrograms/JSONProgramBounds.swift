/// What one program in jq's language may take.
public enum JSONProgramBounds {
  /// The longest program in bytes.
  public static let longestProgram = 16 << 10
  /// The longest input in bytes.
  public static let longestInput = 4 << 20
  /// How many results it may give.
  public static let mostResults = 100_000
  /// The bytes that its results may have together, as JSON.
  public static let mostOutput = 4 << 20
  /// Processor time, the program's compilation included.
  public static let seconds = 5
  /// Memory, the input included.
  public static let memory = 256 << 20
}
