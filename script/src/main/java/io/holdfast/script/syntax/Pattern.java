package io.holdfast.script.syntax;

import io.holdfast.script.Span;
import java.util.List;

/** What a case of a match tests. Each knows its place in the source. */
public sealed interface Pattern {
  /**
   * Returns where it is.
   *
   * @return the place in the source
   */
  Span span();

  /**
   * {@code default}: what no other case took.
   *
   * @param span where it is
   */
  record Default(Span span) implements Pattern {}

  /**
   * {@code _}: anything.
   *
   * @param span where it is
   */
  record Anything(Span span) implements Pattern {}

  /**
   * A value that must be equal.
   *
   * @param value the value
   */
  record Equal(Expr value) implements Pattern {
    @Override
    public Span span() {
      return value.span();
    }
  }

  /**
   * A pattern whose result gets a name.
   *
   * @param name the local name
   * @param pattern the pattern
   */
  record Assign(Name name, Pattern pattern) implements Pattern {
    @Override
    public Span span() {
      return name.span().to(pattern.span());
    }
  }

  /**
   * {@code %{ … }}: a record that passes all tests.
   *
   * @param tests the tests
   * @param span where it is
   */
  record OfRecord(List<FieldTest> tests, Span span) implements Pattern {}

  /**
   * {@code %[ … ]}: an array in which each pattern matches at least one element.
   *
   * @param patterns the patterns
   * @param span where it is
   */
  record OfArray(List<Pattern> patterns, Span span) implements Pattern {}

  /**
   * {@code %( … )}: an array, element by element.
   *
   * @param patterns the patterns
   * @param open whether more elements may follow
   * @param span where it is
   */
  record OfTuple(List<Pattern> patterns, boolean open, Span span) implements Pattern {}

  /**
   * {@code name|pattern|}: a string that an extractor takes apart.
   *
   * @param extractor the name of the extractor
   * @param text its pattern
   * @param span where it is
   */
  record Extract(Name extractor, String text, Span span) implements Pattern {}

  /** A test of one field of a record. */
  sealed interface FieldTest {
    /**
     * Returns the field.
     *
     * @return its key
     */
    Name field();

    /**
     * The field exists, or does not.
     *
     * @param field the key
     * @param present false to ask the contrary
     */
    record Presence(Name field, boolean present) implements FieldTest {}

    /**
     * The field compares to a value.
     *
     * @param field the key
     * @param operator the comparison
     * @param value the value
     */
    record Compare(Name field, BinaryOperator operator, Expr value) implements FieldTest {}

    /**
     * The field matches a pattern.
     *
     * @param field the key
     * @param pattern the pattern
     */
    record Matches(Name field, Pattern pattern) implements FieldTest {}
  }
}
