package io.holdfast.testkit;

import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The engine's storage contract on a disk in memory that keeps no more than the contract says.
 *
 * <p>One object is one life of one machine: {@link #crash} and {@link #kill} end it and give the
 * disk as the next life finds it. In the old one every call throws from then on, on the storage and
 * on the handles that came from it; only closing them does nothing. Both may be called again on a
 * dead storage, for instance to see what another seed makes of the same moment.
 *
 * <p>The seed decides what a failing call did in part; the seed of {@link #crash} what a power cut
 * leaves. The same seeds and the same calls in the same order give the same bytes.
 *
 * <p>All methods may be called from any thread. Nothing here is durable beyond the process. Files
 * are held in memory, each smaller than 2 GiB; an interrupt means nothing to any call.
 */
public final class SimulatedStorage implements Storage {
  private static final int TRACE = 64;

  private final Object lock = new Object();
  private final Map<String, Folder> folders;
  private final Set<Node> unlinked = new HashSet<>();
  private final Set<Long> locked = new HashSet<>();

  /** How many share a lock. */
  private final Map<Long, Integer> sharers = new HashMap<>();

  private final Deque<StorageCall> trace = new ArrayDeque<>();
  private final SplittableRandom random;
  private Faults faults = Faults.none();
  private long capacity;
  private long nextNode;
  private long calls;
  private @Nullable String dead;

  /** An empty disk without a limit. */
  public SimulatedStorage(long seed) {
    this(seed, new TreeMap<>(), Long.MAX_VALUE, 1);
  }

  private SimulatedStorage(long seed, Map<String, Folder> folders, long capacity, long nextNode) {
    this.random = new SplittableRandom(seed);
    this.folders = folders;
    this.capacity = capacity;
    this.nextNode = nextNode;
  }

  // ------------------------------------------------------------------ the machine's fate

  /**
   * Cuts the power. Of what was not synced each write is applied, dropped or torn at sectors of 512
   * bytes or 4 KiB, where a sector that held nothing may come out as noise; each change of a file's
   * size and of a name is kept or undone: the seed decides. What was on the medium is not harmed by
   * a write over it that did not come to its end: each of its sectors is the old or the new one.
   *
   * @return the disk as the machine finds it when it starts again, with room and capacity as
   *     before, without faults
   */
  public SimulatedStorage crash(long seed) {
    synchronized (lock) {
      if (dead == null) {
        dead = "the power was cut";
      }
      Settling chance = new Settling(seed);
      Function<Node, Node> next = once(node -> node.afterCrash(chance));
      Map<String, Folder> after = new TreeMap<>();
      folders.forEach((name, folder) -> after.put(name, folder.afterCrash(chance, next)));
      return new SimulatedStorage(seed, after, capacity, nextNode);
    }
  }

  /**
   * Ends the process and leaves the machine up: all that was written is there, synced or not as it
   * was, and what a failed sync gave up is still read and still not on the medium. Handles and
   * locks are gone.
   */
  public SimulatedStorage kill() {
    synchronized (lock) {
      if (dead == null) {
        dead = "the process was killed";
      }
      Function<Node, Node> next = once(Node::afterKill);
      Map<String, Folder> after = new TreeMap<>();
      folders.forEach((name, folder) -> after.put(name, folder.afterKill(next)));
      return new SimulatedStorage(random.split().nextLong(), after, capacity, nextNode);
    }
  }

  private static Function<Node, Node> once(Function<Node, Node> change) {
    Map<Node, Node> known = new HashMap<>();
    return node -> known.computeIfAbsent(node, change);
  }

  /** Replaces what decides about failing calls. */
  public void setFaults(Faults value) {
    synchronized (lock) {
      faults = value;
    }
  }

  /**
   * Sets how many bytes fit on the disk; may be less than there are now. A write that finds no room
   * at all throws, one that finds some is short; to create a file takes at least one free byte.
   */
  public void setCapacity(long bytes) {
    synchronized (lock) {
      capacity = bytes;
    }
  }

  /** Whether this life goes on: false after a crash, a kill, or a call that met a power cut. */
  public boolean isAlive() {
    synchronized (lock) {
      return dead == null;
    }
  }

  /** The bytes of all files that have a name. */
  public long namedBytes() {
    synchronized (lock) {
      return named();
    }
  }

  /** The bytes that all files take, deleted ones that are still open included. */
  public long usedBytes() {
    synchronized (lock) {
      return used();
    }
  }

  /** How many handles are open, those of deleted files included. */
  public long openHandles() {
    synchronized (lock) {
      long sum = 0;
      for (Folder folder : folders.values()) {
        for (Node node : folder.nodes()) {
          sum += node.handles;
        }
      }
      for (Node node : unlinked) {
        sum += node.handles;
      }
      return sum;
    }
  }

  /** How many calls this storage has seen. */
  public long calls() {
    synchronized (lock) {
      return calls;
    }
  }

  /** The last calls, oldest first, at most 64: for the message of a test that failed. */
  public List<StorageCall> trace() {
    synchronized (lock) {
      return List.copyOf(trace);
    }
  }

  // ------------------------------------------------------------------ the medium's own mishaps

  /** What a program would read of the file now; not a call. */
  public byte[] bytes(String name) throws IOException {
    synchronized (lock) {
      return node(name).visible().toArray();
    }
  }

  /** Flips the bits of {@code mask} in one byte, as a decaying medium does; not a call. */
  public void flip(String name, long offset, int mask) throws IOException {
    synchronized (lock) {
      byte before = bytes(name)[Math.toIntExact(offset)];
      node(name).damage(offset, Written.of((byte) (before ^ mask)));
    }
  }

  /** Makes a range read as zeros; not a call. */
  public void zero(String name, long offset, int length) throws IOException {
    synchronized (lock) {
      node(name).damage(offset, Written.zeros(length));
    }
  }

  /** Cuts a file to a size, synced bytes included; not a call. */
  public void cut(String name, long size) throws IOException {
    synchronized (lock) {
      node(name).damageCut(size);
    }
  }

  // ------------------------------------------------------------------ the contract

  @Override
  public void createDirectory(String name) throws IOException {
    synchronized (lock) {
      boolean fails = fails(StorageCall.Kind.CREATE_DIRECTORY, name);
      if (!fails || random.nextBoolean()) {
        for (String above = name; !above.isEmpty(); above = parent(above)) {
          folders.computeIfAbsent(above, made -> new Folder());
        }
        folders.computeIfAbsent("", root -> new Folder());
      }
      throwIf(fails, name);
    }
  }

  @Override
  public StorageFile create(String name) throws IOException {
    synchronized (lock) {
      boolean fails = fails(StorageCall.Kind.CREATE, name);
      Folder folder = folderOf(name);
      if (folder.get(leaf(name)) != null) {
        throw new FileAlreadyExistsException(describe(name));
      }
      if (fails) {
        if (random.nextBoolean()) {
          folder.link(leaf(name), new Node(nextNode++));
        }
        throw failure(name);
      }
      return new SimulatedFile(this, name, link(folder, name), true);
    }
  }

  private Node link(Folder folder, String name) throws IOException {
    if (room() <= 0) {
      throw noSpace(name);
    }
    Node node = new Node(nextNode++);
    folder.link(leaf(name), node);
    return node;
  }

  @Override
  public StorageFile open(String name) throws IOException {
    synchronized (lock) {
      throwIf(fails(StorageCall.Kind.OPEN, name), name);
      return new SimulatedFile(this, name, node(name), true);
    }
  }

  @Override
  public StorageFile openForRead(String name) throws IOException {
    synchronized (lock) {
      throwIf(fails(StorageCall.Kind.OPEN_FOR_READ, name), name);
      return new SimulatedFile(this, name, node(name), false);
    }
  }

  @Override
  public List<String> list(String name) throws IOException {
    synchronized (lock) {
      throwIf(fails(StorageCall.Kind.LIST, name), name);
      Folder folder = folders.get(name);
      return folder == null ? List.of() : folder.names();
    }
  }

  @Override
  public List<String> listFolders(String name) throws IOException {
    synchronized (lock) {
      throwIf(fails(StorageCall.Kind.LIST, name), name);
      return folders.keySet().stream()
          .filter(folder -> !folder.isEmpty() && parent(folder).equals(name))
          .map(SimulatedStorage::leaf)
          .toList();
    }
  }

  @Override
  public Optional<FileStatus> status(String name) throws IOException {
    synchronized (lock) {
      throwIf(fails(StorageCall.Kind.STATUS, name), name);
      Folder folder = folders.get(parent(name));
      Node node = folder == null ? null : folder.get(leaf(name));
      return node == null
          ? Optional.empty()
          : Optional.of(new FileStatus(node.visible().size(), node.id, 0));
    }
  }

  @Override
  public void rename(String from, String to) throws IOException {
    if (!parent(from).equals(parent(to))) {
      throw new IllegalArgumentException(
          "a rename stays in its folder, but " + from + " and " + to + " are in two");
    }
    synchronized (lock) {
      boolean fails = fails(StorageCall.Kind.RENAME, from);
      Node node = node(from);
      if (!from.equals(to) && (!fails || random.nextBoolean())) {
        Folder folder = folderOf(from);
        Node replaced = folder.get(leaf(to));
        folder.rename(leaf(from), leaf(to), node);
        forget(replaced);
      }
      throwIf(fails, from);
    }
  }

  @Override
  public void delete(String name) throws IOException {
    synchronized (lock) {
      boolean fails = fails(StorageCall.Kind.DELETE, name);
      Folder folder = folders.get(parent(name));
      Node node = folder == null ? null : folder.get(leaf(name));
      if (folder != null && node != null && (!fails || random.nextBoolean())) {
        folder.unlink(leaf(name), node);
        forget(node);
      }
      throwIf(fails, name);
    }
  }

  private void forget(@Nullable Node node) {
    if (node != null && node.handles > 0) {
      unlinked.add(node);
    }
  }

  @Override
  public void syncDirectory(String name) throws IOException {
    synchronized (lock) {
      Faults.Outcome outcome = enter(StorageCall.Kind.SYNC_DIRECTORY, name, 0, 0, null);
      throwIf(outcome == Faults.Outcome.FAIL, name);
      if (outcome == Faults.Outcome.FULL) {
        throw noSpace(name);
      }
      Folder folder = folders.get(name);
      if (folder == null) {
        throw new NoSuchFileException(describe(name));
      }
      if (outcome != Faults.Outcome.LIE) {
        folder.sync();
      }
    }
  }

  @Override
  public void setReadOnly(String name) throws IOException {
    synchronized (lock) {
      throwIf(fails(StorageCall.Kind.SET_READ_ONLY, name), name);
      node(name);
    }
  }

  @Override
  public long freeSpace() throws IOException {
    synchronized (lock) {
      throwIf(fails(StorageCall.Kind.FREE_SPACE, ""), "");
      return Math.max(0, room());
    }
  }

  @Override
  public Optional<StorageLock> tryLock(String name) throws IOException {
    synchronized (lock) {
      throwIf(fails(StorageCall.Kind.LOCK, name), name);
      Folder folder = folderOf(name);
      Node there = folder.get(leaf(name));
      Node node = there == null ? link(folder, name) : there;
      if (sharers.containsKey(node.id) || !locked.add(node.id)) {
        return Optional.empty();
      }
      return Optional.of(held(() -> locked.remove(node.id)));
    }
  }

  @Override
  public Optional<StorageLock> tryLockShared(String name) throws IOException {
    synchronized (lock) {
      throwIf(fails(StorageCall.Kind.LOCK, name), name);
      Node there = folderOf(name).get(leaf(name));
      if (there == null || locked.contains(there.id)) {
        return Optional.empty();
      }
      sharers.merge(there.id, 1, Integer::sum);
      return Optional.of(
          held(
              () ->
                  sharers.computeIfPresent(
                      there.id, (id, count) -> count == 1 ? null : count - 1)));
    }
  }

  /** A lock that is given back once. */
  private StorageLock held(Runnable giveBack) {
    boolean[] held = {true};
    return () -> {
      synchronized (lock) {
        if (held[0]) {
          held[0] = false;
          giveBack.run();
        }
      }
    };
  }

  @Override
  public String describe(String name) {
    return name.isEmpty() ? "simulated:/" : "simulated:/" + name;
  }

  @Override
  public String toString() {
    return describe("");
  }

  // ------------------------------------------------------------------ for handles

  Object lock() {
    return lock;
  }

  SplittableRandom random() {
    return random;
  }

  /** Counts a call and says what becomes of it; throws when there is no power. */
  Faults.Outcome enter(
      StorageCall.Kind kind, String name, long offset, long length, @Nullable Node node)
      throws IOException {
    if (dead == null) {
      StorageCall call =
          new StorageCall(++calls, kind, name, offset, length, node == null ? null : node.id);
      trace.addLast(call);
      if (trace.size() > TRACE) {
        trace.removeFirst();
      }
      Faults.Outcome outcome = faults.decide(call);
      if (outcome != Faults.Outcome.POWER_CUT) {
        return outcome;
      }
      dead = "the power was cut at call " + call;
    }
    throw new IOException(describe(name) + ": " + dead);
  }

  /** The bytes that still fit; below zero when the capacity was lowered. */
  long room() {
    return capacity - used();
  }

  void opened(Node node) {
    node.handles++;
  }

  void closed(Node node) {
    if (--node.handles == 0) {
      unlinked.remove(node);
    }
  }

  IOException failure(String name) {
    return new IOException(describe(name) + ": Input/output error (simulated, call " + calls + ")");
  }

  IOException noSpace(String name) {
    return new IOException(describe(name) + ": No space left on device");
  }

  // ------------------------------------------------------------------ within

  private boolean fails(StorageCall.Kind kind, String name) throws IOException {
    Faults.Outcome outcome = enter(kind, name, 0, 0, null);
    if (outcome == Faults.Outcome.FULL && kind.takesSpace()) {
      throw noSpace(name);
    }
    return outcome == Faults.Outcome.FAIL;
  }

  private void throwIf(boolean fails, String name) throws IOException {
    if (fails) {
      throw failure(name);
    }
  }

  private long named() {
    long sum = 0;
    for (Folder folder : folders.values()) {
      for (Node node : folder.nodes()) {
        sum += node.visible().size();
      }
    }
    return sum;
  }

  private long used() {
    long sum = named();
    for (Node node : unlinked) {
      sum += node.visible().size();
    }
    return sum;
  }

  private Folder folderOf(String name) throws NoSuchFileException {
    Folder folder = folders.get(parent(name));
    if (folder == null) {
      throw new NoSuchFileException(describe(name), null, "its folder does not exist");
    }
    return folder;
  }

  private Node node(String name) throws NoSuchFileException {
    Folder folder = folders.get(parent(name));
    Node node = folder == null ? null : folder.get(leaf(name));
    if (node == null) {
      throw new NoSuchFileException(describe(name));
    }
    return node;
  }

  private static String parent(String name) {
    int slash = name.lastIndexOf('/');
    return slash < 0 ? "" : name.substring(0, slash);
  }

  private static String leaf(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }
}
