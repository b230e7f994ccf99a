package io.holdfast.script.compile;

import org.jspecify.annotations.Nullable;

/**
 * What a query sets a window to.
 *
 * @param size how many events it takes, or null
 * @param interval how many nanoseconds it takes, or null
 * @param maxGroups how many groups there may be, or null
 * @param evictionPeriod after how many nanoseconds without an event a group is forgotten, or null
 * @param emitEmptyWindows whether it also gives a result when no event came
 */
public record WindowSettings(
    @Nullable Long size,
    @Nullable Long interval,
    @Nullable Long maxGroups,
    @Nullable Long evictionPeriod,
    boolean emitEmptyWindows) {

  Window window(String name, @Nullable Node script, Site site, int locals) {
    Window.Limits limits =
        new Window.Limits(
            maxGroups == null ? Window.Limits.MOST_GROUPS : maxGroups,
            maxGroups != null,
            evictionPeriod);
    long limit = size != null ? size : interval != null ? interval : 0;
    return new Window(name, size == null, limit, limits, emitEmptyWindows, script, site, locals);
  }
}
