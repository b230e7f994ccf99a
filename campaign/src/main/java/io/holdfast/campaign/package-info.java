/**
 * The book of the long runs, {@code docs/reliability.md}: tests of any module that have run for
 * long tell {@link io.holdfast.campaign.Campaign} so, and with {@code -Dholdfast.record} it adds a
 * row. {@link io.holdfast.campaign.Book} is the file, {@link io.holdfast.campaign.Run} a row of it,
 * {@link io.holdfast.campaign.Subject} what was tested.
 */
@NullMarked
package io.holdfast.campaign;

import org.jspecify.annotations.NullMarked;
