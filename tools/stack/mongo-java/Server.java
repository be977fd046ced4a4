import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;

/**
 * A second database that speaks MongoDB's protocol, for tests: what ordo relies on must not be one server's habit.
 *
 * <p>Usage: Server ADDRESS PORT [FILE], without a file in memory.
 */
public final class Server {
  public static void main(String[] arguments) {
    if (arguments.length < 2 || arguments.length > 3) {
      System.err.println("usage: Server ADDRESS PORT [FILE]");
      System.exit(2);
    }
    MongoBackend backend = arguments.length == 3 ? new H2Backend(arguments[2]) : new MemoryBackend();
    MongoServer server = new MongoServer(backend);
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
    server.bind(arguments[0], Integer.parseInt(arguments[1]));
  }
}
