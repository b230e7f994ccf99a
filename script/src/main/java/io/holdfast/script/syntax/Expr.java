package io.holdfast.script.syntax;

import io.holdfast.script.Span;
import io.holdfast.script.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An expression. Each knows its place in the source. */
public sealed interface Expr {
  /**
   * Returns where it is.
   *
   * @return the place in the source
   */
  Span span();

  /**
   * A value written out.
   *
   * @param value the value
   * @param span where it is
   */
  record Literal(Value value, Span span) implements Expr {}

  /**
   * A string with expressions in it.
   *
   * @param parts its pieces; literals are strings
   * @param span where it is
   */
  record Interpolation(List<Expr> parts, Span span) implements Expr {}

  /**
   * An array of expressions.
   *
   * @param elements the elements
   * @param span where it is
   */
  record ArrayLiteral(List<Expr> elements, Span span) implements Expr {}

  /**
   * A record of expressions.
   *
   * @param fields the fields
   * @param span where it is
   */
  record RecordLiteral(List<Field> fields, Span span) implements Expr {}

  /**
   * A field of a record.
   *
   * @param key a string expression
   * @param value the value
   */
  record Field(Expr key, Expr value) {}

  /**
   * Bytes put together from parts.
   *
   * @param parts the parts
   * @param span where it is
   */
  record BytesLiteral(List<BytesPart> parts, Span span) implements Expr {}

  /**
   * A part of bytes: {@code data:bits/type}.
   *
   * @param data the value
   * @param bits how many bits it takes, or null where that is left open
   * @param type the name of its encoding, or null for the usual one
   * @param span where it is
   */
  record BytesPart(Expr data, @Nullable Long bits, @Nullable Name type, Span span) {}

  /**
   * A way into a value.
   *
   * @param root where it begins
   * @param segments the steps
   * @param span where it is
   */
  record Path(Root root, List<Segment> segments, Span span) implements Expr {}

  /** Where a path begins. */
  sealed interface Root {
    /**
     * A reserved name.
     *
     * @param scope which
     */
    record Reserved(Scope scope) implements Root {}

    /**
     * A local name or a constant of this file.
     *
     * @param name the name
     */
    record Local(Name name) implements Root {}

    /**
     * A constant of a module.
     *
     * @param module the path of the module
     * @param name the name
     */
    record Qualified(List<Name> module, Name name) implements Root {}
  }

  /** The reserved roots of paths. */
  enum Scope {
    /** The event. */
    EVENT("event"),
    /** The metadata of the event. */
    META("$"),
    /** What a script keeps from event to event. */
    STATE("state"),
    /** The parameters of a script or function. */
    ARGS("args"),
    /** The group of a select. */
    GROUP("group"),
    /** The window of a select. */
    WINDOW("window");

    private final String spelling;

    Scope(String spelling) {
      this.spelling = spelling;
    }

    /**
     * Returns how it is written.
     *
     * @return the spelling
     */
    public String spelling() {
      return spelling;
    }
  }

  /** A step of a path. */
  sealed interface Segment {
    /**
     * Returns the place that errors of this step name.
     *
     * @return the place in the source
     */
    Span span();

    /**
     * A field by its name.
     *
     * @param name the name
     */
    record Named(Name name) implements Segment {
      @Override
      public Span span() {
        return name.span();
      }
    }

    /**
     * An element or field by an expression.
     *
     * @param index an integer or a string
     */
    record Indexed(Expr index) implements Segment {
      @Override
      public Span span() {
        return index.span();
      }
    }

    /**
     * A part of an array.
     *
     * @param from the first element
     * @param to the element after the last
     */
    record Slice(Expr from, Expr to) implements Segment {
      @Override
      public Span span() {
        return from.span().to(to.span());
      }
    }
  }

  /**
   * Whether a path leads to something.
   *
   * @param present false to ask the contrary
   * @param path the path
   * @param span where it is
   */
  record Presence(boolean present, Path path, Span span) implements Expr {}

  /**
   * An operator before its operand.
   *
   * @param operator the operator
   * @param operand the operand
   * @param span where it is
   */
  record Unary(UnaryOperator operator, Expr operand, Span span) implements Expr {}

  /**
   * An operator between its operands.
   *
   * @param operator the operator
   * @param left the left operand
   * @param right the right operand
   * @param span where it is
   */
  record Binary(BinaryOperator operator, Expr left, Expr right, Span span) implements Expr {}

  /**
   * A call of a function.
   *
   * @param module the path of its module, empty for a function of this file
   * @param function its name
   * @param arguments the arguments
   * @param span where it is
   */
  record Call(List<Name> module, Name function, List<Expr> arguments, Span span) implements Expr {}

  /**
   * A call of the function itself, as its last act.
   *
   * @param arguments the arguments
   * @param span where it is
   */
  record Recur(List<Expr> arguments, Span span) implements Expr {}

  /**
   * A choice by patterns.
   *
   * @param target what is matched
   * @param cases the cases in order
   * @param span where it is
   */
  record Match(Expr target, List<Case> cases, Span span) implements Expr {}

  /**
   * A case of a match.
   *
   * @param pattern the pattern
   * @param guard a further condition, or null
   * @param body the expressions, at least one; the last is the value
   * @param span where it is
   */
  record Case(Pattern pattern, @Nullable Expr guard, List<Expr> body, Span span) {}

  /**
   * An array made by going over an array or record.
   *
   * @param target what is gone over
   * @param cases the cases; the first whose guard holds makes the element
   * @param span where it is
   */
  record For(Expr target, List<ForCase> cases, Span span) implements Expr {}

  /**
   * A case of a comprehension.
   *
   * @param key the local name of the index or key
   * @param value the local name of the element or value
   * @param guard a condition, or null
   * @param body the expressions, at least one; the last is the element
   */
  record ForCase(Name key, Name value, @Nullable Expr guard, List<Expr> body) {}

  /**
   * A record with changes.
   *
   * @param target the record
   * @param operations the changes in order
   * @param span where it is
   */
  record Patch(Expr target, List<PatchOperation> operations, Span span) implements Expr {}

  /**
   * A change of a patch.
   *
   * @param kind what is done
   * @param key the key, or null where the whole record is meant
   * @param argument the value or the other key, or null for an erasure
   */
  record PatchOperation(PatchKind kind, @Nullable Expr key, @Nullable Expr argument) {}

  /** What a change of a patch does. */
  enum PatchKind {
    /** Adds a field that must not exist. */
    INSERT,
    /** Sets a field. */
    UPSERT,
    /** Sets a field that must exist. */
    UPDATE,
    /** Removes a field. */
    ERASE,
    /** Gives a field another key. */
    MOVE,
    /** Sets a field to the value of another. */
    COPY,
    /** Merges a record into a field, or into the whole. */
    MERGE
  }

  /**
   * A record merged into another.
   *
   * @param target the record
   * @param changes what is merged in
   * @param span where it is
   */
  record Merge(Expr target, Expr changes, Span span) implements Expr {}

  /**
   * An assignment.
   *
   * @param target what is set
   * @param value the value
   * @param span where it is
   */
  record Let(Path target, Expr value, Span span) implements Expr {}

  /**
   * The end of the event.
   *
   * @param span where it is
   */
  record Drop(Span span) implements Expr {}

  /**
   * The end of the script with an event.
   *
   * @param value the event, or null for the event as it is
   * @param port the name of the port, or null for the usual one
   * @param span where it is
   */
  record Emit(@Nullable Expr value, @Nullable Expr port, Span span) implements Expr {}
}
