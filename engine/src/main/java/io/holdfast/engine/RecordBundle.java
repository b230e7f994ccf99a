package io.holdfast.engine;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/**
 * What is appended and delivered as one: up to 64 slots, each an Arrow record batch under a schema
 * fingerprint. A bundle does not own the batches that it was built from; one that was delivered
 * belongs to its {@link Delivery}.
 *
 * {@snippet :
 * SchemaFingerprint logs = SchemaFingerprint.ofName("logs.v1");
 * SchemaFingerprint attributes = SchemaFingerprint.ofName("attributes.v1");
 * RecordBundle one = RecordBundle.of(logs, root);
 * RecordBundle two = RecordBundle.builder().slot(0, logs, root).slot(1, attributes, other).build();
 * }
 */
public final class RecordBundle {
  /** Slots are numbered from 0 to this, exclusive. */
  public static final int MAX_SLOTS = 64;

  private final List<Slot> slots;

  private RecordBundle(List<Slot> slots) {
    this.slots = List.copyOf(slots);
  }

  /** A bundle of one batch without dictionaries, in slot 0. */
  public static RecordBundle of(SchemaFingerprint fingerprint, VectorSchemaRoot root) {
    return builder().slot(0, fingerprint, root).build();
  }

  /** Collects slots. */
  public static Builder builder() {
    return new Builder();
  }

  /** The slots, ascending by number. */
  public List<Slot> slots() {
    return slots;
  }

  /** The slot with this number, if the bundle has it. */
  public Optional<Slot> slot(int id) {
    for (Slot slot : slots) {
      if (slot.id() == id) {
        return Optional.of(slot);
      }
    }
    return Optional.empty();
  }

  /** One record batch of a bundle. The engine implements it; hosts only use it. */
  public interface Slot {
    /** Its number, 0 to 63. */
    int id();

    /** The name of its schema. */
    SchemaFingerprint fingerprint();

    /** How many rows. */
    int rowCount();

    /**
     * The rows. Of a delivered bundle: decoded at the first call, by one thread at a time, in
     * memory that the delivery owns; read it, never close or change it.
     *
     * @throws CorruptException when the stored bytes are no Arrow record batch
     */
    VectorSchemaRoot root();

    /** The dictionaries of the rows; may be empty. Valid as long as {@link #root}. */
    DictionaryProvider dictionaries();
  }

  /** Collects the slots of a bundle. Not thread-safe. */
  public static final class Builder {
    private final TreeMap<Integer, Slot> slots = new TreeMap<>();

    private Builder() {}

    /** Adds a batch without dictionaries. */
    public Builder slot(int id, SchemaFingerprint fingerprint, VectorSchemaRoot root) {
      return slot(id, fingerprint, root, new DictionaryProvider.MapDictionaryProvider());
    }

    /**
     * Adds a batch.
     *
     * @param id 0 to 63, each at most once
     * @param dictionaries those that the schema's dictionary-encoded fields name
     * @throws IllegalArgumentException when the slot is taken or out of range
     */
    public Builder slot(
        int id,
        SchemaFingerprint fingerprint,
        VectorSchemaRoot root,
        DictionaryProvider dictionaries) {
      return add(new ArrowSlot(id, fingerprint, root, dictionaries));
    }

    /** Adds a slot of another bundle, as it is. */
    public Builder add(Slot slot) {
      if (slot.id() < 0 || slot.id() >= MAX_SLOTS) {
        throw new IllegalArgumentException(
            "slot " + slot.id() + " is out of range: a bundle has slots 0 to " + (MAX_SLOTS - 1));
      }
      if (slots.putIfAbsent(slot.id(), slot) != null) {
        throw new IllegalArgumentException("slot " + slot.id() + " is there already");
      }
      return this;
    }

    /** The bundle; one without slots is legal. */
    public RecordBundle build() {
      return new RecordBundle(List.copyOf(slots.values()));
    }
  }
}
