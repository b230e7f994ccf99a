package io.holdfast.engine.stored;

/**
 * What proves that a log entry is the one that is meant.
 *
 * @param sequence its sequence
 * @param time its ingestion time, nanoseconds since the epoch
 * @param crc the checksum of its body
 */
public record Identity(long sequence, long time, int crc) {}
