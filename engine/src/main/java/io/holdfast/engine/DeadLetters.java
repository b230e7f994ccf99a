package io.holdfast.engine;

import java.util.List;
import java.util.function.Consumer;

/**
 * The bundles that one subscriber has given up, or that were given up for it: a buffer of their own
 * in the folder {@code dead/<id>}, in the order in which they came. Each is there durably before it
 * is resolved in the buffer that it came from. They count against the cap, and stay until they are
 * replayed and acked, or purged; also when the subscriber is unsubscribed.
 *
 * <p>A <b>replay</b> delivers to the same subscriber again, and to no other: others have had the
 * bundle, or will. It comes with its old sequence, before newer bundles. Acked, it leaves the list;
 * rejected again, it stays with the new reason; until one of these happens it stays in line, over
 * restarts too.
 *
 * {@snippet :
 * DeadLetters letters = buffer.deadLetters("exporter");
 * for (DeadLetter letter : letters.list(-1, 100)) {
 *   System.out.println(letter.number() + ": " + letter.reason());
 *   letters.replay(letter.number());
 * }
 * }
 *
 * <p>Valid until the buffer is closed. Thread-safe; every call may wait for the disk.
 */
public interface DeadLetters {

  /** How many there are. */
  long count();

  /**
   * Lists them, ascending.
   *
   * @param after only those with a higher number; -1 for all
   * @param limit at most so many
   * @throws StorageException when the disk refuses
   */
  List<DeadLetter> list(long after, int limit);

  /**
   * Reads the bundle of one.
   *
   * @param reader is given the bundle, which is valid until it returns
   * @return false when there is no such letter
   * @throws StorageException when its bytes are damaged, or the disk refuses
   */
  boolean read(long number, Consumer<RecordBundle> reader);

  /**
   * Puts one in line for its subscriber, durably.
   *
   * @return false when there is no such letter
   */
  boolean replay(long number);

  /**
   * Puts all that there are now in line for their subscriber, durably.
   *
   * @return how many
   */
  long replayAll();

  /**
   * Deletes one for ever, durably. What is being delivered cannot be purged.
   *
   * @return false when there is no such letter, or it is out
   */
  boolean purge(long number);

  /**
   * Deletes all that there are now, but those that are out, for ever and durably.
   *
   * @return how many
   */
  long purgeAll();
}
