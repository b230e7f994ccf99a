package io.holdfast.engine;

import java.util.OptionalLong;

/**
 * What is known of a bundle that a subscriber has given up. A value.
 *
 * @param number its name in the list, rising; never given to another
 * @param sequence the bundle's sequence in the buffer; empty when the record of it is damaged
 * @param ingestionEpochNanos when it was appended there, in nanoseconds since the epoch
 * @param givenUpEpochNanos when it was given up
 * @param attempts how many attempts, or crashes, counted against it, over all its replays
 * @param reason why, as whoever gave it up has put it
 * @param isReplayed whether it is in line to be delivered again
 */
public record DeadLetter(
    long number,
    OptionalLong sequence,
    long ingestionEpochNanos,
    long givenUpEpochNanos,
    int attempts,
    String reason,
    boolean isReplayed) {}
