/**
 * The canonical text of a bundle, by which two implementations of the format compare what they
 * read: {@link io.holdfast.cli.canonical.CanonicalBundle}.
 */
@NullMarked
package io.holdfast.cli.canonical;

import org.jspecify.annotations.NullMarked;
