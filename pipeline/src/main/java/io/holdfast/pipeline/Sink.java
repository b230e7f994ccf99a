package io.holdfast.pipeline;

/**
 * Where events go. A sink is a loop on a thread of its own (a virtual one): it takes what is there,
 * hands it to the other side, and settles each parcel when the other side has it.
 *
 * {@snippet :
 * public void run(SinkContext context) throws InterruptedException {
 *   while (true) {
 *     for (Parcel parcel : context.take(100)) {
 *       write(parcel.event());
 *       parcel.ack();
 *     }
 *   }
 * }
 * }
 *
 * <p>Every parcel that it took has to be settled, in bounded time: the buffer upstream waits for
 * it. A sink that cannot deliver calls {@link SinkContext#down}, fails what it has, tries again
 * with {@link Backoff}, and calls {@link SinkContext#up} when it can deliver again.
 */
@FunctionalInterface
public interface Sink {
  /**
   * Works until it is interrupted. Called once.
   *
   * @throws InterruptedException when the host stops it; what it has not settled then is failed by
   *     the host
   * @throws Exception when it can never go on; the message is shown to the operator, and the
   *     breaker stays open
   */
  void run(SinkContext context) throws Exception;
}
