/**
 * What the operators of the language do with values: sums, order, equality, merges. Compiled
 * scripts and the library share it.
 */
@NullMarked
package io.holdfast.script.operation;

import org.jspecify.annotations.NullMarked;
