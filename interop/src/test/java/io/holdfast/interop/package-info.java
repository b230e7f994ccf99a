/**
 * The format, tried against what the Rust engine wrote and against that engine itself.
 *
 * <p>{@link io.holdfast.interop.GoldenTest} opens the directories in {@code interop/golden}, in
 * every build. The tests with the tag {@code exchange} run the program that is built from {@code
 * interop/src/*.rs} ({@link io.holdfast.interop.Oracle}), with {@code -Pinterop}. Both compare
 * bundles by the digest of their canonical form, which {@code interop/README.md} defines.
 */
@NullMarked
package io.holdfast.interop;

import org.jspecify.annotations.NullMarked;
