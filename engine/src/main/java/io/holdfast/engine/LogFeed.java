package io.holdfast.engine;

import io.holdfast.engine.stored.Identity;
import io.holdfast.engine.stored.StoredBundle;
import java.util.Optional;

/** Deliveries from the log that all subscribers share. */
record LogFeed(WalBuffer buffer, Subscription subscription, DeadLetterBox box) implements Feed {

  @Override
  public Optional<Identity> identity(StoredBundle entry, Subscription.Claim claim) {
    return Optional.of(entry.identity());
  }

  @Override
  public String giveUp(WalDelivery delivery, GivenUp givenUp) {
    String became = "it is gone";
    if (buffer.options().keepsDeadLetters()) {
      became = (givenUp.part() == null ? "it is dead letter " : "that is dead letter ");
      became += keep(delivery, givenUp);
    }
    return delivery.resolve() ? became : "";
  }

  @Override
  public void resolved(long sequence) {}

  private long keep(WalDelivery delivery, GivenUp givenUp) {
    long unresolvedFrom = subscription.durableLowWater();
    GivenUp.Part part = givenUp.part();
    if (part != null) {
      return box.add(part.rows(), delivery.stored(), part.crc(), givenUp, unresolvedFrom);
    }
    try (StoredBundle whole = delivery.share()) {
      return box.add(whole, whole.identity(), whole.identity().crc(), givenUp, unresolvedFrom);
    }
  }
}
