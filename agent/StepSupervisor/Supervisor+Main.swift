import CLinux
import Glibc

extension Supervisor {
  /// What the program `quarterdeck-supervisor` does: reads its order from descriptor 4, carries it out and
  /// writes the spool at descriptor 3. Returns the process's exit status.
  public static func main() -> Int32 {
    guard fcntl(Descriptor.spool, F_GETFD) >= 0, fcntl(Descriptor.order, F_GETFD) >= 0 else {
      complain("quarterdeck-supervisor is started by quarterdeck-agent, not by hand.\n")
      return 64
    }
    let supervisor = Supervisor(spool: Descriptor.spool)
    let bytes = readAll(Descriptor.order)
    _ = close(Descriptor.order)
    do throws(StepOrder.Malformed) {
      supervisor.run(try StepOrder(bytes: bytes))
    } catch {
      supervisor.refuse("the agent's order cannot be read")
    }
    return 0
  }

  private static func readAll(_ file: Int32) -> [UInt8] {
    var status = stat()
    guard fstat(file, &status) == 0, status.st_size > 0 else { return [] }
    let size = Int(status.st_size)
    return [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      while filled < size {
        let count = pread(file, buffer.baseAddress! + filled, size - filled, off_t(filled))
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return }
        filled += count
      }
    }
  }

  private static func complain(_ text: String) {
    var text = text
    _ = text.withUTF8 { write(2, $0.baseAddress, $0.count) }
  }
}
