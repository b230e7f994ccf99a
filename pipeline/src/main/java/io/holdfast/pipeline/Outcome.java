package io.holdfast.pipeline;

/**
 * How an event was settled.
 *
 * @param verdict what became of it
 * @param reason why, in words for a person; empty when it was acked
 */
public record Outcome(Verdict verdict, String reason) {
  /** Done. */
  public static final Outcome ACKED = new Outcome(Verdict.ACKED, "");

  /** What can become of an event, the better first. */
  public enum Verdict {
    /** It, and everything that was derived from it, is where it should be. */
    ACKED,
    /** It can never be taken as it is; to try it again would end the same. */
    REFUSED,
    /** It could not be taken now; to try it again may help. */
    FAILED
  }

  /** Not taken now. */
  public static Outcome failed(String reason) {
    return new Outcome(Verdict.FAILED, reason);
  }

  /** Never to be taken. */
  public static Outcome refused(String reason) {
    return new Outcome(Verdict.REFUSED, reason);
  }

  /** Whether it was acked. */
  public boolean isAcked() {
    return verdict == Verdict.ACKED;
  }

  /** The worse of two; a failure outranks a refusal, since it asks for another try. */
  Outcome worse(Outcome other) {
    return other.verdict.compareTo(verdict) > 0 ? other : this;
  }
}
