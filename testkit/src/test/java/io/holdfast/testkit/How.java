package io.holdfast.testkit;

/** What becomes of a delivery. */
enum How {
  ACK,
  ACK_DURABLY,
  REJECT,
  /** Some of it is done, the rest is given up. */
  REJECT_REST,
  FAIL,
  DEFER,
  GIVE_BACK,
  /** It stays in hands until another operation lets it go. */
  KEEP,
  /** As {@link #KEEP}, and its memory is free. */
  HOLD
}
