package io.holdfast.engine.progress;

import io.holdfast.engine.log.Identity;
import io.holdfast.engine.storage.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * {@code holdfast.sub.<id>}, version 1: what a subscriber has resolved. Content: removed u8 |
 * low-water mark u64 | number of runs u32 | for each run first u64 and last u64 | has identity u8 |
 * identity of the highest resolved entry: sequence u64, ingestion time i64 ns, CRC u32 | sections.
 *
 * <p>A section: kind u16 | length u32 of what follows | content. Kind 1, what is handed out:
 * connected u8 | stops u32 | below i64 | is one alone u8 | which i64 | counts of crashes. Kind 2,
 * counts of failed attempts. Counts: how many u32, for each sequence i64 and count u32. Other kinds
 * are passed over.
 *
 * @param removed set while the subscriber is being unsubscribed; opening finishes that
 * @param resolved the sequences
 * @param highest proves, when the buffer is opened, that the log is the one that was resolved
 * @param handedOut what may have been out
 * @param failures failed attempts of what is not resolved, by sequence
 */
public record ProgressFile(
    boolean removed,
    ResolvedSet resolved,
    Optional<Identity> highest,
    HandedOut handedOut,
    Map<Long, Integer> failures) {
  private static final String PREFIX = "holdfast.sub.";
  private static final String MAGIC = "HFSUB";
  private static final int VERSION = 1;
  private static final int FIXED_BYTES = 1 + 8 + 4 + 1 + 8 + 8 + 4;
  private static final int SECTION_HEAD_BYTES = 2 + 4;
  private static final int HANDED_OUT = 1;
  private static final int HANDED_OUT_BYTES = 1 + 4 + 8 + 1 + 8;
  private static final int FAILURES = 2;
  private static final int COUNT_BYTES = 8 + 4;
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Pattern RESERVED = Pattern.compile("(?i)con|prn|aux|nul|com[0-9]|lpt[0-9]");

  /** Progress of which nothing was out and nothing has failed. */
  public ProgressFile(boolean removed, ResolvedSet resolved, Optional<Identity> highest) {
    this(removed, resolved, highest, HandedOut.NOTHING, Map.of());
  }

  /** What was read of a subscriber. */
  public sealed interface Read {
    /** Its progress. */
    record Known(ProgressFile progress) implements Read {}

    /** It exists, and its progress is lost: it starts with the earliest again. */
    record Damaged(String why) implements Read {}
  }

  /** Whether an id is legal: also as a file's name on the systems that have reserved ones. */
  public static boolean isLegal(String id) {
    return ID.matcher(id).matches() && !RESERVED.matcher(id).matches();
  }

  /** The file of a subscriber. */
  public static String name(String id) {
    return PREFIX + id;
  }

  /** The subscribers that have a file. */
  public static List<String> list(Storage storage) throws IOException {
    List<String> ids = new ArrayList<>();
    for (String name : storage.list("")) {
      if (name.startsWith(PREFIX) && isLegal(name.substring(PREFIX.length()))) {
        ids.add(name.substring(PREFIX.length()));
      }
    }
    return ids;
  }

  /** Reads the file of a subscriber; empty when there is none. */
  public static Optional<Read> read(Storage storage, String id) throws IOException {
    return switch (Envelope.read(storage, name(id), MAGIC, VERSION)) {
      case Envelope.Result.Missing() -> Optional.empty();
      case Envelope.Result.Damaged(String why) -> Optional.of(new Read.Damaged(why));
      case Envelope.Result.Content(ByteBuffer content) -> Optional.of(parse(content));
    };
  }

  private static Read parse(ByteBuffer content) {
    if (content.remaining() < FIXED_BYTES) {
      return new Read.Damaged("it is too short");
    }
    boolean removed = content.get() != 0;
    ResolvedSet resolved = new ResolvedSet(content.getLong());
    int runs = content.getInt();
    if (runs < 0 || content.remaining() < 16L * runs + 21) {
      return new Read.Damaged("it claims " + runs + " runs");
    }
    for (int i = 0; i < runs; i++) {
      long first = content.getLong();
      resolved.add(first, content.getLong());
    }
    boolean known = content.get() != 0;
    Identity identity = new Identity(content.getLong(), content.getLong(), content.getInt());
    HandedOut handedOut = HandedOut.NOTHING;
    Map<Long, Integer> failures = Map.of();
    while (content.remaining() >= SECTION_HEAD_BYTES) {
      int kind = Short.toUnsignedInt(content.getShort());
      int length = content.getInt();
      if (length < 0 || length > content.remaining()) {
        return new Read.Damaged("it claims a section of " + length + " bytes");
      }
      ByteBuffer section = content.slice(content.position(), length).order(ByteOrder.LITTLE_ENDIAN);
      content.position(content.position() + length);
      if (kind == HANDED_OUT && length >= HANDED_OUT_BYTES) {
        handedOut = handedOut(section);
      } else if (kind == FAILURES) {
        failures = counts(section);
      }
    }
    return new Read.Known(
        new ProgressFile(
            removed,
            resolved,
            known ? Optional.of(identity) : Optional.empty(),
            handedOut,
            failures));
  }

  private static HandedOut handedOut(ByteBuffer section) {
    boolean connected = section.get() != 0;
    int stops = section.getInt();
    long below = section.getLong();
    boolean isOneAlone = section.get() != 0;
    long alone = section.getLong();
    return new HandedOut(
        connected,
        stops,
        below,
        isOneAlone ? OptionalLong.of(alone) : OptionalLong.empty(),
        counts(section));
  }

  private static Map<Long, Integer> counts(ByteBuffer section) {
    Map<Long, Integer> counts = new HashMap<>();
    int size = section.remaining() < 4 ? 0 : section.getInt();
    for (int i = 0; i < size && section.remaining() >= COUNT_BYTES; i++) {
      long sequence = section.getLong();
      counts.put(sequence, section.getInt());
    }
    return counts;
  }

  /** Writes it beside its name and syncs it; {@link #publish} gives it the name. */
  public void prepare(Storage storage, String id) throws IOException {
    Map<Long, Long> runs = resolved.runs();
    int outBytes = HANDED_OUT_BYTES + countsBytes(handedOut.crashes());
    int failureBytes = countsBytes(failures);
    ByteBuffer content =
        ByteBuffer.allocate(
                FIXED_BYTES
                    + 16 * runs.size()
                    + (SECTION_HEAD_BYTES + outBytes)
                    + (SECTION_HEAD_BYTES + failureBytes))
            .order(ByteOrder.LITTLE_ENDIAN);
    content.put((byte) (removed ? 1 : 0)).putLong(resolved.lowWater()).putInt(runs.size());
    runs.forEach((first, last) -> content.putLong(first).putLong(last));
    Identity identity = highest.orElse(new Identity(0, 0, 0));
    content.put((byte) (highest.isPresent() ? 1 : 0)).putLong(identity.sequence());
    content.putLong(identity.time()).putInt(identity.crc());
    content.putShort((short) HANDED_OUT).putInt(outBytes);
    content.put((byte) (handedOut.connected() ? 1 : 0)).putInt(handedOut.stops());
    content.putLong(handedOut.below());
    content.put((byte) (handedOut.alone().isPresent() ? 1 : 0));
    content.putLong(handedOut.alone().orElse(0));
    putCounts(content, handedOut.crashes());
    content.putShort((short) FAILURES).putInt(failureBytes);
    putCounts(content, failures);
    Envelope.prepare(storage, name(id), Envelope.wrap(MAGIC, VERSION, content.flip()));
  }

  private static int countsBytes(Map<Long, Integer> counts) {
    return 4 + COUNT_BYTES * counts.size();
  }

  private static void putCounts(ByteBuffer content, Map<Long, Integer> counts) {
    content.putInt(counts.size());
    counts.forEach((sequence, count) -> content.putLong(sequence).putInt(count));
  }

  /** Gives a prepared file its name. The caller syncs the root folder. */
  public static void publish(Storage storage, String id) throws IOException {
    Envelope.publish(storage, name(id));
  }

  /** Deletes the file. The caller syncs the root folder. */
  public static void delete(Storage storage, String id) throws IOException {
    storage.delete(name(id));
  }
}
