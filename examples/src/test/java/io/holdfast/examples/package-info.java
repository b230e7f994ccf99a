/** What the examples promise, tried on the files themselves. */
@NullMarked
package io.holdfast.examples;

import org.jspecify.annotations.NullMarked;
