package io.holdfast.script;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What the functions of the language can see of the world around them.
 *
 * @param hostname the name of this machine
 * @param instance the name of the running instance
 * @param version the version of this program
 * @param nanoClock the time in nanoseconds since 1970-01-01T00:00Z
 * @param random where random values come from; used by the thread that runs the script
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
        localHostname(), instance, version, Environment::systemNanos, RandomGenerator.getDefault());
  }

  private static long systemNanos() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  private static String localHostname() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
