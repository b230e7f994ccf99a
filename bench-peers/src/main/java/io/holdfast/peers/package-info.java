/**
 * Holdfast beside what else a user would pick, measured in turn on one disk.
 *
 * <p>{@link io.holdfast.peers.Peers} is the command. A {@link io.holdfast.peers.Peer} opens a
 * {@link io.holdfast.peers.Store} of records in its documented durable setting: {@link
 * io.holdfast.peers.HoldfastStore}, {@link io.holdfast.peers.ChronicleStore}, {@link
 * io.holdfast.peers.RocksStore}, {@link io.holdfast.peers.ArtemisStore}. {@link
 * io.holdfast.peers.Appending} lets producers append to one, {@link io.holdfast.peers.Backlog}
 * closes one with records in it and opens it again; both read everything back and hold it against
 * the {@link io.holdfast.peers.Tally} of what was appended. {@link io.holdfast.peers.SyncCount} has
 * strace count the calls that sync.
 *
 * <p>The Rust engine keeps bundles of rows and not records, so it is measured apart: {@link
 * io.holdfast.peers.Quiver} beside {@link io.holdfast.peers.Bundles}.
 *
 * <p>A {@link io.holdfast.peers.Comparison} runs ours and the others in turn, round after round,
 * and prints the medians.
 */
@NullMarked
package io.holdfast.peers;

import org.jspecify.annotations.NullMarked;
