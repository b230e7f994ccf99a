package io.holdfast.engine.progress;

import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.stored.Bounds;
import io.holdfast.engine.stored.Identity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code holdfast.sub.<id>}, version 1: what a subscriber has resolved. Content: removed u8 |
 * low-water mark u64 | number of runs u32 | for each run first u64 and last u64 | has identity u8 |
 * identity of the highest resolved entry: sequence u64, ingestion time i64 ns, CRC u32 | what is
 * known of segments, as in {@link SegmentProgress} | sections, as in {@link Attempts}.
 *
 * @param removed set while the subscriber is being unsubscribed; opening finishes that
 * @param resolved the sequences
 * @param highest proves, when the buffer is opened, that the log is the one that was resolved
 * @param segments what is known of segments
 * @param attempts what was out, and what has failed
 */
public record ProgressFile(
    boolean removed,
    ResolvedSet resolved,
    Optional<Identity> highest,
    SegmentProgress segments,
    Attempts attempts) {
  private static final String PREFIX = "holdfast.sub.";
  private static final String MAGIC = "HFSUB";
  private static final int VERSION = 1;
  private static final int FIXED_BYTES = 1 + 8 + 4 + 1 + 8 + 8 + 4;
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Pattern RESERVED = Pattern.compile("(?i)con|prn|aux|nul|com[0-9]|lpt[0-9]");

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
    boolean possible = Bounds.isPossibleKey(resolved.lowWater());
    for (int i = 0; i < runs && possible; i++) {
      long first = content.getLong();
      long last = content.getLong();
      possible = Bounds.isPossibleKey(first) && Bounds.isPossibleKey(last);
      resolved.add(first, last);
    }
    boolean known = content.get() != 0;
    Identity identity = new Identity(content.getLong(), content.getLong(), content.getInt());
    if (!possible) {
      return new Read.Damaged("it names sequences that no bundle has");
    }
    SegmentProgress segments = SegmentProgress.read(content);
    if (segments == null) {
      return new Read.Damaged("what it says of segments is cut off");
    }
    Attempts attempts = Attempts.read(content);
    if (attempts == null) {
      return new Read.Damaged("what it says of attempts is cut off");
    }
    return new Read.Known(
        new ProgressFile(
            removed,
            resolved,
            // Of a bundle without a sequence it would prove nothing.
            known && Bounds.isPossible(identity.sequence())
                ? Optional.of(identity)
                : Optional.empty(),
            segments,
            attempts));
  }

  /** Writes it beside its name and syncs it; {@link #publish} gives it the name. */
  public void prepare(Storage storage, String id) throws IOException {
    Map<Long, Long> runs = resolved.runs();
    ByteBuffer content =
        ByteBuffer.allocate(FIXED_BYTES + 16 * runs.size() + segments.bytes() + attempts.bytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    content.put((byte) (removed ? 1 : 0)).putLong(resolved.lowWater()).putInt(runs.size());
    runs.forEach((first, last) -> content.putLong(first).putLong(last));
    Identity identity = highest.orElse(new Identity(0, 0, 0));
    content.put((byte) (highest.isPresent() ? 1 : 0)).putLong(identity.sequence());
    content.putLong(identity.time()).putInt(identity.crc());
    segments.write(content);
    attempts.write(content);
    Envelope.prepare(storage, name(id), Envelope.wrap(MAGIC, VERSION, content.flip()));
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
