/** What a server reads: its configuration, and what peers and buffers hand to it. */
@NullMarked
package io.holdfast.fuzz.server;

import org.jspecify.annotations.NullMarked;
