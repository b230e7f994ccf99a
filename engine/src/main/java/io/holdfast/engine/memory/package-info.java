/**
 * Memory outside the heap that is used again: {@link io.holdfast.engine.memory.BufferPool} hands
 * out {@link io.holdfast.engine.memory.PooledBuffer}s, counted by their users.
 */
@NullMarked
package io.holdfast.engine.memory;

import org.jspecify.annotations.NullMarked;
