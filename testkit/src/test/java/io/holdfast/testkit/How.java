package io.holdfast.testkit;

/** What becomes of a delivery. */
enum How {
  ACK,
  ACK_DURABLY,
  REJECT,
  FAIL,
  DEFER,
  GIVE_BACK,
  /** It stays in hands until another operation lets it go. */
  KEEP,
  /** As {@link #KEEP}, and its memory is free. */
  HOLD
}
