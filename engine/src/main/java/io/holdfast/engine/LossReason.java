package io.holdfast.engine;

/** Why a bundle that a subscriber had not resolved is gone; a policy has allowed it. */
public enum LossReason {
  /** It was older than {@link BufferOptions#maxAge}. */
  EXPIRED,
  /** Newer ones needed its room, as {@link WhenFull#DROP_OLDEST} allows. */
  DROPPED
}
