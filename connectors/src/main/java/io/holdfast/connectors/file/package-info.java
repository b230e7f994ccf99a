/**
 * Files of lines, in and out.
 *
 * <p>The source reads a file from its beginning to its end, each line an event. The sink appends a
 * line for each event, and acks after the file was synced.
 */
@NullMarked
package io.holdfast.connectors.file;

import org.jspecify.annotations.NullMarked;
