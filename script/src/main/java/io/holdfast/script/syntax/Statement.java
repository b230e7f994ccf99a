package io.holdfast.script.syntax;

import io.holdfast.script.Span;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement of a query. Each knows its place in the source. */
public sealed interface Statement
    permits Item.Use,
        Item.Const,
        Item.Function,
        Item.Module,
        Statement.Config,
        Statement.DefineOperator,
        Statement.DefineScript,
        Statement.DefineWindow,
        Statement.CreateStream,
        Statement.CreateOperator,
        Statement.CreateScript,
        Statement.Select {
  /**
   * Returns where it is.
   *
   * @return the place in the source
   */
  Span span();

  /**
   * {@code name = value} of a {@code with} block.
   *
   * @param name the name
   * @param value the value
   */
  record Setting(Name name, Expr value) {}

  /**
   * {@code #!config name = value}.
   *
   * @param setting the setting
   * @param span where it is
   */
  record Config(Setting setting, Span span) implements Statement {}

  /**
   * {@code define module::name operator id}.
   *
   * @param module the module of the operator's type
   * @param type the name of its type within the module
   * @param id the name of the definition
   * @param settings its configuration
   * @param span where it is
   */
  record DefineOperator(Name module, Name type, Name id, List<Setting> settings, Span span)
      implements Statement {}

  /**
   * {@code define script id … script … end}.
   *
   * @param id the name of the definition
   * @param settings its parameters with their values
   * @param items the script
   * @param span where it is
   */
  record DefineScript(Name id, List<Setting> settings, List<Item> items, Span span)
      implements Statement {}

  /**
   * {@code define tumbling window id …}.
   *
   * @param sliding whether it slides
   * @param id the name of the definition
   * @param settings its options
   * @param script what it asks of each event, or null
   * @param span where it is
   */
  record DefineWindow(
      boolean sliding, Name id, List<Setting> settings, @Nullable Expr script, Span span)
      implements Statement {}

  /**
   * {@code create stream id}.
   *
   * @param id the name of the stream
   * @param span where it is
   */
  record CreateStream(Name id, Span span) implements Statement {}

  /**
   * {@code create operator id from definition}.
   *
   * @param id the name of the node
   * @param definition the path of the definition, which ends in {@code id} where none is written
   * @param settings configuration that replaces that of the definition
   * @param span where it is
   */
  record CreateOperator(Name id, List<Name> definition, List<Setting> settings, Span span)
      implements Statement {}

  /**
   * {@code create script id from definition}.
   *
   * @param id the name of the node
   * @param definition the path of the definition, which ends in {@code id} where none is written
   * @param settings parameters that replace those of the definition
   * @param span where it is
   */
  record CreateScript(Name id, List<Name> definition, List<Setting> settings, Span span)
      implements Statement {}

  /**
   * {@code select … from … into …}.
   *
   * @param target what is selected
   * @param from where events come from
   * @param windows the paths of its windows
   * @param where a condition on the event, or null
   * @param group how events are grouped, or null
   * @param into where events go
   * @param having a condition on what was selected, or null
   * @param span where it is
   */
  record Select(
      Expr target,
      Port from,
      List<List<Name>> windows,
      @Nullable Expr where,
      @Nullable Grouping group,
      Port into,
      @Nullable Expr having,
      Span span)
      implements Statement {}

  /**
   * An end of a stream: {@code node/port}.
   *
   * @param node the name of the node
   * @param port the name of the port, or null for the usual one
   */
  record Port(Name node, @Nullable Name port) {}

  /** How a select groups events. */
  sealed interface Grouping {
    /** Returns where it is. */
    Span span();

    /**
     * By a value.
     *
     * @param value the value
     */
    record By(Expr value) implements Grouping {
      @Override
      public Span span() {
        return value.span();
      }
    }

    /**
     * By several groupings together.
     *
     * @param parts the groupings
     * @param span where it is
     */
    record Together(List<Grouping> parts, Span span) implements Grouping {}

    /**
     * Once for each element of an array.
     *
     * @param array the array
     * @param span where it is
     */
    record Each(Expr array, Span span) implements Grouping {}
  }
}
