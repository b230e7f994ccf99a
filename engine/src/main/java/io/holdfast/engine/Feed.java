package io.holdfast.engine;

import io.holdfast.engine.stored.Identity;
import io.holdfast.engine.stored.StoredBundle;
import java.io.IOException;
import java.util.Optional;

/** Where the deliveries of a subscriber come from: the log, or its dead letters. */
sealed interface Feed permits LogFeed, LetterFeed {
  /** Whose log it is. */
  WalBuffer buffer();

  /** What is resolved of it. */
  Subscription subscription();

  /**
   * What the bundle is called outside; empty when it has gone since it was claimed.
   *
   * @throws IOException when that cannot be read for now
   */
  Optional<Identity> identity(StoredBundle entry, Subscription.Claim claim) throws IOException;

  /**
   * Gives a delivery up, durably where it goes, and then resolves it.
   *
   * @return what became of it, for people; empty when it was not out any more
   * @throws HoldfastException when that cannot be now; it is still out then
   */
  String giveUp(WalDelivery delivery, GivenUp givenUp);

  /** A bundle of it is resolved, under this sequence of its log. Quick, and takes no lock. */
  void resolved(long sequence);
}
