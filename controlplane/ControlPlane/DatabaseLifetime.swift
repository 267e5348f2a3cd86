import Database
import ServiceLifecycle

/// Closes the database's connections after everything that uses them has stopped.
struct DatabaseLifetime: Service {
  let database: any Database

  func run() async throws {
    try? await gracefulShutdown()
    await database.close()
  }
}
