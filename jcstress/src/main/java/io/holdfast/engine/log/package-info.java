/**
 * Parts of the log that are written without locks, run by real processors a few million times, as
 * the interpreter and both compilers make them: which results there may be, and which never.
 */
@NullMarked
package io.holdfast.engine.log;

import org.jspecify.annotations.NullMarked;
