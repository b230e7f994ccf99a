package io.holdfast.engine;

import io.holdfast.engine.progress.LetterFile;
import io.holdfast.engine.stored.Identity;
import io.holdfast.engine.stored.StoredBundle;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** Deliveries of dead letters, again. */
record LetterFeed(DeadLetterBox box, WalBuffer buffer, Subscription subscription) implements Feed {

  @Override
  public Optional<Identity> identity(StoredBundle entry, Subscription.Claim claim)
      throws IOException {
    Optional<Identity> source = box.record(entry.sequence()).map(LetterFile::source);
    if (source.isEmpty() && subscription.isOut(entry.sequence(), claim.epoch())) {
      // Its record is damaged.
      return Optional.of(entry.identity());
    }
    return source;
  }

  @Override
  public String giveUp(WalDelivery delivery, GivenUp givenUp) {
    long number = delivery.stored().sequence();
    OptionalLong narrowed = box.narrow(number, givenUp);
    if (narrowed.isPresent()) {
      return delivery.resolve() ? "that is dead letter " + narrowed.getAsLong() + " now" : "";
    }
    box.keep(number, givenUp);
    subscription.forgive(number);
    return delivery.takeBack() ? "it is still dead letter " + number : "";
  }

  @Override
  public void resolved(long sequence) {
    box.resolved(sequence);
  }
}
