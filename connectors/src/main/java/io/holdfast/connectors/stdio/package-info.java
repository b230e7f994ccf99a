/** The standard streams of the process. */
@NullMarked
package io.holdfast.connectors.stdio;

import org.jspecify.annotations.NullMarked;
