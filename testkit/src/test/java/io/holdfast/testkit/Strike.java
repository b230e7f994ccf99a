package io.holdfast.testkit;

/** Faults that know whether they have struck. One thread at a time. */
final class Strike implements Faults {
  private final Faults faults;
  private int times;

  Strike(Faults faults) {
    this.faults = faults;
  }

  @Override
  public Outcome decide(StorageCall call) {
    Outcome outcome = faults.decide(call);
    times += outcome == Outcome.WORK ? 0 : 1;
    return outcome;
  }

  /** How many calls did not work. */
  int times() {
    return times;
  }

  boolean hasStruck() {
    return times > 0;
  }
}
