package io.holdfast.engine;

import io.holdfast.engine.log.Identity;
import io.holdfast.engine.log.StoredEntry;
import io.holdfast.engine.progress.LetterFile;

/** Deliveries of dead letters, again. */
record LetterFeed(DeadLetterBox box, WalBuffer buffer, Subscription subscription) implements Feed {

  @Override
  public Identity identity(StoredEntry entry) {
    return box.letter(entry.sequence())
        .map(LetterFile::source)
        .orElseGet(() -> new Identity(entry.sequence(), entry.time(), entry.crc()));
  }

  @Override
  public String giveUp(WalDelivery delivery, GivenUp givenUp) {
    long number = delivery.entry().sequence();
    box.keep(number, givenUp);
    subscription.forgive(number);
    return subscription.takeBack(number, delivery.claim().epoch())
        ? "it is still dead letter " + number
        : "";
  }
}
