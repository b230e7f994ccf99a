package io.holdfast.pipeline;

/**
 * Where events come from. A source is a loop on a thread of its own (a virtual one): it waits until
 * the flow is open, makes events, and hands them out.
 *
 * {@snippet :
 * public void run(SourceContext context) throws InterruptedException {
 *   while (true) {
 *     context.awaitOpen();
 *     context.emit(List.of(makeOne()), Settlement.NOBODY);
 *   }
 * }
 * }
 */
@FunctionalInterface
public interface Source {
  /**
   * Works until there is nothing more to come, then returns. Called once.
   *
   * @throws InterruptedException when the host stops it, by an interrupt
   * @throws Exception when it cannot go on; the message is shown to the operator
   */
  void run(SourceContext context) throws Exception;
}
