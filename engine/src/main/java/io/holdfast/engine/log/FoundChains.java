package io.holdfast.engine.log;

import java.util.Arrays;

/**
 * The runs of valid entries that a search behind damage has found, up to the end of the file. They
 * are kept for the searches behind the next bad places: to sum all that follows again for each of
 * them would take as long as the square of the file. 17 bytes for each entry. One thread.
 */
final class FoundChains {
  private final long searched;
  private final long hole;
  private final long last;

  /** Of the entries of all runs, ascending. */
  private long[] offsets = new long[64];

  private long[] sequences = new long[64];

  /** Whether a run may be taken up there. */
  private boolean[] starts = new boolean[64];

  private int count;

  /** Where runs begin among the entries. */
  private int[] chains = new int[16];

  private int chainCount;
  private long looks;

  /**
   * None yet.
   *
   * @param searched from where on the file is searched
   * @param hole where the bad bytes begin behind which was searched
   * @param last the sequence before them, -1 when any may come
   */
  FoundChains(long searched, long hole, long last) {
    this.searched = searched;
    this.hole = hole;
    this.last = last;
  }

  /**
   * Whether a sequence can be that of an entry behind bad bytes.
   *
   * @param skipped how many bytes lie between
   * @param last the sequence before, -1 when any may come
   */
  static boolean isInWindow(long sequence, long skipped, long last) {
    return last < 0
        || (sequence > last && sequence - last - 1 <= skipped / WalFormat.MIN_ENTRY_BYTES);
  }

  /** Whether all that is searched for behind these bad bytes was searched for here. */
  boolean areAllFor(long from, long nextHole, long nextLast) {
    return from >= searched
        && nextHole >= hole
        && (last < 0 || (nextLast >= last && isInWindow(nextLast + 1, nextHole - hole, last)));
  }

  /** A run follows. */
  void begin() {
    if (chainCount == chains.length) {
      chains = Arrays.copyOf(chains, chainCount * 2);
    }
    chains[chainCount++] = count;
  }

  /** How many entries were looked at to choose. */
  long looks() {
    return looks;
  }

  /** The next entry of the run. */
  void add(long offset, long sequence, boolean mayStart) {
    if (count == offsets.length) {
      offsets = Arrays.copyOf(offsets, count * 2);
      sequences = Arrays.copyOf(sequences, count * 2);
      starts = Arrays.copyOf(starts, count * 2);
    }
    offsets[count] = offset;
    sequences[count] = sequence;
    starts[count] = mayStart;
    count++;
  }

  /**
   * Where to go on. The last run counts, and of those before it what the sequences leave room for.
   *
   * @param from nothing before it counts
   * @return -1 when there is nothing
   */
  long choose(long from, long behind, long before) {
    long chosen = -1;
    long next = Long.MAX_VALUE;
    int end = count;
    for (int i = chainCount - 1; i >= 0 && end > 0 && offsets[end - 1] >= from; i--) {
      int start = firstOf(chains[i], end, from, behind, before);
      if (start >= 0 && sequences[end - 1] < next && (chosen < 0 || next - before > 2)) {
        chosen = offsets[start];
        next = sequences[start];
      }
      end = chains[i];
    }
    return chosen;
  }

  /** The first entry of a run that may follow; -1 when none may. */
  private int firstOf(int start, int end, long from, long behind, long before) {
    for (int i = start; i < end; i++) {
      looks++;
      if (offsets[i] >= from
          && starts[i]
          && isInWindow(sequences[i], offsets[i] - behind, before)) {
        return i;
      }
    }
    return -1;
  }
}
