package io.holdfast.peers;

/**
 * What is appended, and by how many.
 *
 * @param bytes of a record
 * @param producers threads that append, each one record after the other
 */
record Load(int bytes, int producers) {
  @Override
  public String toString() {
    return (bytes >> 10) + " KiB, " + producers(producers);
  }

  /** So many of them, in words. */
  static String producers(int count) {
    return count == 1 ? "1 producer" : count + " producers";
  }
}
