package io.holdfast.script;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What the functions of the language can see of the world around them.
 *
 * @param hostname the name of this machine
 * @param instance the name of the running instance
 * @param version the version of this program
 * @param nanoClock the time in nanoseconds since 1970-01-01T00:00Z
 * @param random where random values come from; must be safe for all threads that run scripts with
 *     it
 */
public record Environment(
    String hostname,
    String instance,
    String version,
    LongSupplier nanoClock,
    RandomGenerator random) {

  /**
   * Returns the environment of this process: its host name, the system clock and a random seed.
   *
   * @param instance the name of the running instance
   * @param version the version of this program
   * @return the environment
   */
  public static Environment system(String instance, String version) {
    return new Environment(
        localHostname(), instance, version, Environment::systemNanos, new Random());
  }

  private static long systemNanos() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  private static String localHostname() {
    // The kernel knows at once; asking for the local address may wait for a name server.
    try {
      String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
      if (!name.isEmpty()) {
        return name;
      }
    } catch (IOException e) {
      // Not on Linux.
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
