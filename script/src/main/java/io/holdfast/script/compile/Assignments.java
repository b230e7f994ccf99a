package io.holdfast.script.compile;

import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import io.holdfast.script.syntax.Expr;
import io.holdfast.script.syntax.Name;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles {@code let}. */
final class Assignments {
  private final ExprCompiler compiler;

  Assignments(ExprCompiler compiler) {
    this.compiler = compiler;
  }

  /** A key of a path that is set. */
  private record Key(Node key, Site site) {}

  Node let(Expr.Let let) {
    Node value = compiler.compile(let.value());
    List<Key> keys = keys(let.target().segments());
    Node target = target(let.target(), keys, value);
    return target == null ? new Node.Broken() : target;
  }

  private @Nullable Node target(Expr.Path path, List<Key> keys, Node value) {
    return switch (path.root()) {
      case Expr.Root.Reserved(Expr.Scope scope) -> reserved(scope, path, keys, value);
      case Expr.Root.Local(Name name) -> local(name, keys, value);
      case Expr.Root.Qualified _ -> {
        compiler.problems().error(path.span(), "a constant cannot be assigned", null);
        yield null;
      }
    };
  }

  private @Nullable Node reserved(Expr.Scope scope, Expr.Path path, List<Key> keys, Node value) {
    return switch (scope) {
      case EVENT ->
          frame -> {
            Value set = value.eval(frame);
            frame.event = put(frame.event, keys, 0, set, frame);
            return set;
          };
      case STATE ->
          frame -> {
            Value set = value.eval(frame);
            frame.state = put(frame.state, keys, 0, set, frame);
            return set;
          };
      case META -> {
        if (keys.isEmpty()) {
          compiler
              .problems()
              .error(path.span(), "`$` cannot be assigned as a whole", "assign its fields: $name");
          yield null;
        }
        boolean inFunction = compiler.recursionArity() != null;
        yield frame -> {
          Value set = value.eval(frame);
          Value old = inFunction ? Value.NULL : frame.meta;
          if (put(old, keys, 0, set, frame) instanceof RecordValue meta) {
            frame.meta = meta;
          }
          return set;
        };
      }
      case ARGS, GROUP, WINDOW -> {
        compiler
            .problems()
            .error(path.span(), "`" + scope.spelling() + "` cannot be assigned", null);
        yield null;
      }
    };
  }

  private @Nullable Node local(Name name, List<Key> keys, Node value) {
    Integer known = compiler.locals().slot(name.text());
    if (known == null && compiler.names().constant(name.text()) != null) {
      compiler
          .problems()
          .error(
              name.span(), "`" + name.text() + "` is a constant, so it cannot be assigned", null);
      return null;
    }
    if (known == null && !keys.isEmpty()) {
      compiler
          .problems()
          .error(
              name.span(),
              "there is no `" + name.text() + "` whose field could be assigned",
              "assign it first: let " + name.text() + " = {}");
      return null;
    }
    if (!keys.isEmpty()) {
      compiler.locals().markRead(name.text());
    }
    int slot = compiler.locals().declare(name.text());
    Site site = compiler.site(name.span());
    return frame -> {
      Value set = value.eval(frame);
      Value old = frame.local(slot);
      if (old == null && !keys.isEmpty()) {
        throw site.failure("`" + name.text() + "` has no value yet");
      }
      frame.setLocal(slot, put(old == null ? Value.NULL : old, keys, 0, set, frame));
      return set;
    };
  }

  private List<Key> keys(List<Expr.Segment> segments) {
    List<Key> keys = new ArrayList<>();
    for (Expr.Segment segment : segments) {
      Site site = compiler.site(segment.span());
      switch (segment) {
        case Expr.Segment.Named(Name name) ->
            keys.add(new Key(new Node.Constant(Value.of(name.text())), site));
        case Expr.Segment.Indexed(Expr index) -> keys.add(new Key(compiler.compile(index), site));
        case Expr.Segment.Slice _ ->
            compiler
                .problems()
                .error(segment.span(), "a part of an array cannot be assigned", null);
      }
    }
    return keys;
  }

  /** Returns a value in which the keys lead to another value; records on the way are made. */
  private static Value put(Value into, List<Key> keys, int depth, Value value, Frame frame) {
    if (depth == keys.size()) {
      return value;
    }
    Key key = keys.get(depth);
    Value name = key.key().eval(frame);
    if (!(name instanceof Value.Text text)) {
      throw key.site().failure("only fields of records can be assigned, by a string");
    }
    if (!(into instanceof RecordValue fields)) {
      throw key.site()
          .failure(
              "only a record has fields, so `"
                  + text.value()
                  + "` cannot be assigned in a value of type "
                  + into.type());
    }
    if (depth + 1 == keys.size()) {
      return fields.with(text.value(), value);
    }
    Value old = fields.get(text.value());
    Value inner = old == null ? RecordValue.empty() : old;
    return fields.with(text.value(), put(inner, keys, depth + 1, value, frame));
  }
}
