/** The durable buffer. */
@NullMarked
package io.holdfast.engine;

import org.jspecify.annotations.NullMarked;
