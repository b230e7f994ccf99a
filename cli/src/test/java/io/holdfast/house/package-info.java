/**
 * Tests of the house itself: which module may use which, which tools the engine may not reach for,
 * and what no file of the tree may hold. They live with the command line because every other module
 * can be seen from there.
 */
@NullMarked
package io.holdfast.house;

import org.jspecify.annotations.NullMarked;
