package io.holdfast.engine.stored;

import java.io.IOException;

/** A bundle that was valid once is not any more. */
public final class DamagedBundleException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Place place;
  private final long length;
  private final long sequence;
  private final String why;

  /**
   * A bundle that cannot be read.
   *
   * @param place where it should be
   * @param length the bytes that are damaged
   * @param sequence the bundle's
   * @param why in a few words
   */
  public DamagedBundleException(Place place, long length, long sequence, String why) {
    super(
        (sequence < 0 ? "a bundle" : "the bundle with sequence " + sequence)
            + " is damaged ("
            + why
            + "): "
            + place.file()
            + ", "
            + length
            + " bytes at offset "
            + place.offset());
    this.place = place;
    this.length = length;
    this.sequence = sequence;
    this.why = why;
  }

  /** Where it should be. */
  public Place place() {
    return place;
  }

  /** The bytes that are damaged. */
  public long length() {
    return length;
  }

  /** The bundle's; below zero when it has none. */
  public long sequence() {
    return sequence;
  }

  /** In a few words. */
  public String why() {
    return why;
  }
}
