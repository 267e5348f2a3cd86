/// The program's version, as `--version`, the member's registration and `system/info` show it.
public enum ControlPlaneVersion {
  public static let text = "0.1.0"
}
