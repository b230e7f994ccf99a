package io.holdfast.cli;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Supplier;
import picocli.CommandLine;

/**
 * The commands below one, in the order in which they are listed. To make all of them takes most of
 * the time until the first one starts, so where one is named, only that one is made.
 */
final class Subcommands {
  private final CommandLine parent;
  private final String named;
  private final SequencedMap<String, Supplier<CommandLine>> byName = new LinkedHashMap<>();

  /**
   * Begins with none.
   *
   * @param parent the command that they are below
   * @param args what the process was given
   * @param depth how many commands are above them: which argument may name one
   */
  Subcommands(Object parent, String[] args, int depth) {
    this.parent = new CommandLine(parent);
    this.named = depth < args.length ? args[depth] : "";
  }

  /** Adds one. */
  Subcommands with(String name, Supplier<Object> command) {
    return withGroup(name, () -> new CommandLine(command.get()));
  }

  /** Adds one that has others below it. */
  Subcommands withGroup(String name, Supplier<CommandLine> group) {
    byName.put(name, () -> group.get().addMixin("help", new HelpOption()));
    return this;
  }

  /** Returns the command above them, with the one that is named, or with all if none is. */
  CommandLine made() {
    Supplier<CommandLine> one = byName.get(named);
    if (one != null) {
      parent.addSubcommand(named, one.get());
    } else {
      byName.forEach((name, command) -> parent.addSubcommand(name, command.get()));
    }
    return parent;
  }
}
