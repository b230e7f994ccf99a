package io.holdfast.script.compile;

import io.holdfast.script.DidYouMean;
import io.holdfast.script.Value;
import io.holdfast.script.syntax.Expr;
import io.holdfast.script.syntax.Name;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles reading along paths. */
final class Paths {
  private final ExprCompiler compiler;

  Paths(ExprCompiler compiler) {
    this.compiler = compiler;
  }

  /** Where a path begins. A local name may be without value, which is null. */
  @FunctionalInterface
  private interface Source {
    @Nullable Value find(Frame frame);

    /** A root whose value is known at load. */
    record Constant(Value value) implements Source {
      @Override
      public Value find(Frame frame) {
        return value;
      }
    }
  }

  /** Returns the value that a path leads to; that there is none is an error. */
  Node read(Expr.Path path) {
    checkEventInWindow(path);
    Source source = source(path.root());
    if (source == null) {
      reportUnknown(path.root());
      steps(path);
      return new Node.Broken();
    }
    List<Step> steps = steps(path);
    Site site = compiler.site(path.span());
    Node root = root(source, path, site);
    if (steps.isEmpty()) {
      return root;
    }
    Node node = frame -> walk(root.eval(frame), steps, frame);
    boolean constant = root instanceof Node.Constant && steps.stream().allMatch(Step::isConstant);
    return constant ? compiler.folded(node) : node;
  }

  /** When a window closes there is no event, or more than one. */
  private void checkEventInWindow(Expr.Path path) {
    SelectScope select = compiler.select();
    if (select != null
        && select.isBeyondEvents()
        && path.root() instanceof Expr.Root.Reserved(Expr.Scope scope)
        && (scope == Expr.Scope.EVENT || scope == Expr.Scope.META)) {
      compiler
          .problems()
          .error(
              path.span(),
              "a select over a window sees events only within aggregates",
              "use an aggregate, such as aggr::win::last(…), or group by this expression");
    }
  }

  private static Value walk(Value from, List<Step> steps, Frame frame) {
    Value value = from;
    for (Step step : steps) {
      Value next = step.get(value, frame);
      if (next == null) {
        throw step.missing(value, frame);
      }
      value = next;
    }
    return value;
  }

  private static Node root(Source source, Expr.Path path, Site site) {
    if (source instanceof Source.Constant(Value value)) {
      return new Node.Constant(value);
    }
    return frame -> {
      Value value = source.find(frame);
      if (value == null) {
        String name = path.root() instanceof Expr.Root.Local local ? local.name().text() : "this";
        throw site.failure("`" + name + "` has no value yet");
      }
      return value;
    };
  }

  /**
   * Returns whether a path leads to a value. Also in a select over a window: there the event is the
   * one that closes it, or null when time does.
   */
  Node presence(Expr.Presence presence) {
    Source source = source(presence.path().root());
    List<Step> steps = steps(presence.path());
    if (source == null) {
      Expr.Root root = presence.path().root();
      // A script may ask for a name that nothing gives a value; what is in a module is known.
      if (compiler.refusesUnknownNames() || root instanceof Expr.Root.Qualified) {
        reportUnknown(root);
        return new Node.Broken();
      }
      return new Node.Constant(Value.of(!presence.present()));
    }
    return frame -> {
      Value value = source.find(frame);
      for (int i = 0; value != null && i < steps.size(); i++) {
        steps.get(i).check(value, frame);
        value = steps.get(i).get(value, frame);
      }
      return Value.of((value != null) == presence.present());
    };
  }

  private List<Step> steps(Expr.Path path) {
    Site whole = compiler.site(path.span());
    return path.segments().stream().map(segment -> step(segment, whole)).toList();
  }

  private Step step(Expr.Segment segment, Site path) {
    return switch (segment) {
      case Expr.Segment.Named(Name name) -> new Step.Field(name.text(), compiler.site(name.span()));
      case Expr.Segment.Indexed(Expr index) -> {
        Node node = compiler.compile(index);
        checkIndex(node, index);
        yield new Step.Index(node, compiler.site(index.span()), path);
      }
      case Expr.Segment.Slice(Expr from, Expr to) ->
          new Step.Slice(
              compiler.compile(from),
              compiler.compile(to),
              compiler.site(from.span()),
              compiler.site(to.span()));
    };
  }

  private void checkIndex(Node node, Expr index) {
    if (!(node instanceof Node.Constant(Value value))) {
      return;
    }
    boolean usable =
        value instanceof Value.Text || (value instanceof Value.Int i && i.value() >= 0);
    if (!usable) {
      compiler
          .problems()
          .error(
              index.span(),
              "an index must be a string or an integer from 0, not "
                  + (value instanceof Value.Int ? value : value.type()),
              null);
    }
  }

  private @Nullable Source source(Expr.Root root) {
    return switch (root) {
      case Expr.Root.Reserved(Expr.Scope scope) ->
          switch (scope) {
            case EVENT -> frame -> frame.event;
            case META ->
                compiler.recursionArity() == null ? frame -> frame.meta : frame -> Value.NULL;
            case STATE -> frame -> frame.state;
            case ARGS -> frame -> frame.args;
            case GROUP -> frame -> frame.group;
            case WINDOW -> frame -> frame.window;
          };
      case Expr.Root.Local(Name name) -> {
        compiler.locals().markRead(name.text());
        Integer slot = compiler.locals().slot(name.text());
        if (slot != null) {
          int place = slot;
          yield frame -> frame.local(place);
        }
        Value constant = compiler.names().constant(name.text());
        yield constant == null ? null : new Source.Constant(constant);
      }
      case Expr.Root.Qualified(List<Name> module, Name name) -> {
        Value constant = compiler.modules().constant(module, name);
        yield constant == null ? null : new Source.Constant(constant);
      }
    };
  }

  private void reportUnknown(Expr.Root root) {
    switch (root) {
      case Expr.Root.Local(Name name) ->
          compiler
              .problems()
              .error(
                  compiler.unknown(name),
                  "there is no `" + name.text() + "` here",
                  DidYouMean.hint(name.text(), compiler.visibleNames())
                      .orElse(Step.hyphenHint(name.text())));
      case Expr.Root.Qualified(List<Name> module, Name name) ->
          compiler.modules().reportUnknownConstant(module, name);
      case Expr.Root.Reserved _ -> {}
    }
  }
}
