package io.holdfast.engine;

/**
 * Why a bundle is given up.
 *
 * @param reason in words
 * @param attempts how many attempts counted against it
 */
record GivenUp(String reason, int attempts) {}
