package io.holdfast.script;

import io.holdfast.script.compile.WindowSettings;
import io.holdfast.script.syntax.Problems;
import io.holdfast.script.syntax.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the settings of one window, and says what is wrong with them. */
final class WindowReader {
  private static final List<String> KNOWN =
      List.of("size", "interval", "max_groups", "eviction_period", "emit_empty_windows");

  private final Problems problems;
  private final Statement.DefineWindow define;
  private final Map<String, Setting> settings = new HashMap<>();

  WindowReader(Problems problems, Statement.DefineWindow define) {
    this.problems = problems;
    this.define = define;
  }

  WindowSettings read(List<Setting> written) {
    for (Setting setting : written) {
      settings.put(setting.name(), setting);
      if (!KNOWN.contains(setting.name())) {
        problems.warning(
            setting.nameSpan(),
            "a window has no setting `" + setting.name() + "`",
            DidYouMean.hint(setting.name(), KNOWN).orElse(null));
      }
    }
    Long size = integer("size");
    Long interval = integer("interval");
    if (define.sliding()) {
      problems.error(define.span(), "there are no sliding windows", "use a tumbling one");
    } else if (size != null && interval != null) {
      problems.error(define.span(), "a window has a `size` or an `interval`, not both", null);
    } else if (!settings.containsKey("size") && !settings.containsKey("interval")) {
      problems.error(define.span(), "a window needs a `size` or an `interval`", null);
    }
    Long maxGroups = integer("max_groups");
    Long evictionPeriod = integer("eviction_period");
    Setting empty = settings.get("emit_empty_windows");
    boolean emitsEmpty = empty != null && empty.value().equals(Value.TRUE);
    if (empty != null && emitsEmpty && maxGroups == null && evictionPeriod == null) {
      problems.warning(
          empty.nameSpan(),
          "windows of groups that get no event any more are kept for ever",
          "set `max_groups` or `eviction_period` as well");
    }
    return new WindowSettings(size, interval, maxGroups, evictionPeriod, emitsEmpty);
  }

  private @Nullable Long integer(String name) {
    Setting setting = settings.get(name);
    if (setting == null) {
      return null;
    }
    if (setting.value() instanceof Value.Int integer && integer.value() >= 0) {
      return integer.value();
    }
    problems.error(setting.valueSpan(), "`" + name + "` must be an integer from 0", null);
    return null;
  }
}
