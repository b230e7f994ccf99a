/**
 * A server that is killed again and again, between a source and a peer, with a witness outside.
 *
 * <p>{@link io.holdfast.cli.kill.Lines} are what is sent: a number decides each byte. {@link
 * io.holdfast.cli.kill.ServerLife} is a process, either the command {@code holdfast server run} or
 * {@link io.holdfast.cli.kill.ReceiptServer}, which runs the same plan and says which events its
 * source was told are accepted. {@link io.holdfast.cli.kill.Peer} is where events go: it dies,
 * refuses and falls silent as well. {@link io.holdfast.cli.kill.Ledger} has what was sent, accepted
 * and has arrived, and says what is wrong with it.
 */
@NullMarked
package io.holdfast.cli.kill;

import org.jspecify.annotations.NullMarked;
