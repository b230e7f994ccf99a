/**
 * The format, tried against what the Rust engine wrote and against that engine itself.
 *
 * <p>{@link io.holdfast.interop.GoldenTest} opens the directories in {@code interop/golden}, in
 * every build. The tests with the tag {@code exchange} run the program that is built from {@code
 * interop/src/*.rs} ({@link io.holdfast.interop.Oracle}), with {@code -Pinterop}: each engine reads
 * what the other wrote, both take turns, and the classes {@code Beside…} put what each makes of the
 * same damage side by side. Where ours must end as processes end, it runs in a {@link
 * io.holdfast.interop.Writer}. All compare bundles by the digest of their canonical form, which
 * {@code interop/README.md} defines.
 */
@NullMarked
package io.holdfast.interop;

import org.jspecify.annotations.NullMarked;
