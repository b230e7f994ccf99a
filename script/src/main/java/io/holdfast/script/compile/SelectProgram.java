package io.holdfast.script.compile;

import io.holdfast.script.Emission;
import io.holdfast.script.Environment;
import io.holdfast.script.EventContext;
import io.holdfast.script.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A compiled select. Immutable. */
public final class SelectProgram {
  private final Node target;
  private final Groupings.@Nullable Groups groups;
  private final @Nullable Node where;
  private final @Nullable Node having;
  private final Site whereSite;
  private final Site havingSite;
  private final Site site;
  private final int locals;

  SelectProgram(
      Node target,
      Groupings.@Nullable Groups groups,
      @Nullable Node where,
      Site whereSite,
      @Nullable Node having,
      Site havingSite,
      Site site,
      int locals) {
    this.target = target;
    this.groups = groups;
    this.where = where;
    this.whereSite = whereSite;
    this.having = having;
    this.havingSite = havingSite;
    this.site = site;
    this.locals = locals;
  }

  /**
   * Applies the select to one event.
   *
   * @param event the event
   * @param environment what its functions see
   * @return what it selects, in order; empty if the event is filtered
   */
  public List<Emission> apply(EventContext event, Environment environment) {
    Frame frame = new Frame(event, environment, locals);
    try {
      if (!Choices.holds(where, whereSite, frame)) {
        return List.of();
      }
      List<Emission> out = new ArrayList<>();
      if (groups == null) {
        select(frame, out);
        return out;
      }
      for (List<Value> group : groups.of(frame)) {
        frame.group = Groupings.group(group, site);
        frame.event = event.value();
        select(frame, out);
      }
      return out;
    } catch (StackOverflowError e) {
      throw site.failure("a value is nested too deeply");
    }
  }

  private void select(Frame frame, List<Emission> out) {
    Value selected = target.eval(frame);
    frame.event = selected;
    if (Choices.holds(having, havingSite, frame)) {
      out.add(new Emission(ExprCompiler.USUAL_PORT, selected, frame.meta));
    }
  }
}
