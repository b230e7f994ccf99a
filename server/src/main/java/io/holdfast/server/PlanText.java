package io.holdfast.server;

import io.holdfast.pipeline.BufferPlan;
import io.holdfast.pipeline.runtime.PipelinePlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A plan as a person reads it. */
public final class PlanText {
  private final Plan plan;
  private final Path workingDirectory;
  private final int width;
  private final List<String> lines = new ArrayList<>();

  private PlanText(Plan plan, Path workingDirectory) {
    this.plan = plan;
    this.workingDirectory = workingDirectory;
    int longest = 0;
    for (Plan.Connector<?> source : plan.sources()) {
      longest = Math.max(longest, source.name().length());
    }
    for (Plan.Pipeline pipeline : plan.pipelines()) {
      longest = Math.max(longest, pipeline.name().length());
      for (PipelinePlan.Step step : pipeline.plan().steps()) {
        longest = Math.max(longest, step.name().length() + 2);
      }
    }
    for (Plan.Connector<?> sink : plan.sinks()) {
      longest = Math.max(longest, sink.name().length());
    }
    this.width = longest + 2;
  }

  /**
   * The lines of a plan: sources, pipelines with their steps and buffers, sinks, each with what it
   * leads to.
   *
   * @param workingDirectory directories below it are shown relative to it
   */
  public static List<String> of(Plan plan, Path workingDirectory) {
    PlanText text = new PlanText(plan, workingDirectory);
    text.write();
    return List.copyOf(text.lines);
  }

  private void write() {
    for (Plan.Connector<?> source : plan.sources()) {
      connector("source", source);
      links(source.name());
    }
    for (Plan.Pipeline pipeline : plan.pipelines()) {
      line("pipeline", pipeline.name(), pipeline.file());
      for (PipelinePlan.Step step : pipeline.plan().steps()) {
        step(pipeline, step);
        for (BufferPlan buffer : pipeline.plan().buffers()) {
          if (buffer.operator().equals(step.name())) {
            line("", "", "keeps events in " + shown(buffer.directory()));
          }
        }
      }
      links(pipeline.name());
    }
    for (Plan.Connector<?> sink : plan.sinks()) {
      connector("sink", sink);
    }
  }

  /** Selects have no name of their own: their line tells them apart. */
  private void step(Plan.Pipeline pipeline, PipelinePlan.Step step) {
    String place = pipeline.file() + ":";
    if (step.description().startsWith(place)) {
      String line = step.description().substring(place.length()).replaceFirst(":.*", "");
      line("", "  " + step.kind(), "line " + line);
    } else {
      line("", "  " + step.name(), words(step.kind(), step.description()));
    }
  }

  private void connector(String kind, Plan.Connector<?> connector) {
    line(
        kind,
        connector.name(),
        words(connector.blueprint().type(), connector.blueprint().description()));
  }

  private void links(String from) {
    for (Plan.Link link : plan.links()) {
      if (link.from().equals(from)) {
        String fromPort = link.fromPort().equals("out") ? "" : link.fromPort() + " ";
        String toPort = link.toPort().equals("in") ? "" : " " + link.toPort();
        line("", "  " + fromPort + "-> " + link.to() + toPort, "");
      }
    }
  }

  private void line(String kind, String name, String what) {
    String text = pad(kind, 10) + pad(name, width) + what;
    lines.add(text.stripTrailing());
  }

  private static String words(String type, String description) {
    return description.isEmpty() ? type : type + ": " + description;
  }

  private String shown(Path directory) {
    Path base = workingDirectory.toAbsolutePath().normalize();
    return directory.startsWith(base)
        ? base.relativize(directory).toString()
        : directory.toString();
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
