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
    StoredBundle entry = delivery.entry();
    String became = "it is gone";
    if (buffer.options().keepsDeadLetters()) {
      long number = box.add(entry, givenUp, subscription.durableLowWater());
      became = (givenUp.part() == null ? "it is dead letter " : "that is dead letter ") + number;
    }
    boolean resolved =
        subscription.resolve(
            entry.identity(),
            delivery.claim().epoch(),
            delivery.claim().located().items(),
            delivery.claim().located().length());
    return resolved ? became : "";
  }
}
