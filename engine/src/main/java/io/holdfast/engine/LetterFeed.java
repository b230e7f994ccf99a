package io.holdfast.engine;

import io.holdfast.engine.progress.LetterFile;
import io.holdfast.engine.stored.Identity;
import io.holdfast.engine.stored.StoredBundle;
import java.util.OptionalLong;

/** Deliveries of dead letters, again. */
record LetterFeed(DeadLetterBox box, WalBuffer buffer, Subscription subscription) implements Feed {

  @Override
  public Identity identity(StoredBundle entry) {
    return box.letter(entry.sequence()).map(LetterFile::source).orElseGet(() -> entry.identity());
  }

  @Override
  public String giveUp(WalDelivery delivery, GivenUp givenUp) {
    long number = delivery.entry().sequence();
    OptionalLong narrowed = box.narrow(delivery.entry(), givenUp);
    if (narrowed.isPresent()) {
      return delivery.resolve() ? "that is dead letter " + narrowed.getAsLong() + " now" : "";
    }
    box.keep(number, givenUp);
    subscription.forgive(number);
    return subscription.takeBack(number, delivery.claim().epoch())
        ? "it is still dead letter " + number
        : "";
  }
}
