package io.holdfast.script.compile;

import io.holdfast.script.RecordValue;
import io.holdfast.script.ScriptException;
import io.holdfast.script.Value;
import io.holdfast.script.operation.Merging;
import io.holdfast.script.syntax.Expr;
import java.util.ArrayList;
import java.util.List;

/** Compiles {@code patch} and {@code merge}. */
final class Patches {
  private final ExprCompiler compiler;

  Patches(ExprCompiler compiler) {
    this.compiler = compiler;
  }

  Node merge(Expr.Merge merge) {
    Node target = compiler.compile(merge.target());
    Node changes = compiler.compile(merge.changes());
    Site targetSite = compiler.site(merge.target().span());
    Site changesSite = compiler.site(merge.changes().span());
    return frame -> {
      RecordValue into = fields(target.eval(frame), "merged into", targetSite);
      return Merging.merge(into, fields(changes.eval(frame), "merged", changesSite));
    };
  }

  Node patch(Expr.Patch patch) {
    Node target = compiler.compile(patch.target());
    Site targetSite = compiler.site(patch.target().span());
    Site patchSite = compiler.site(patch.span());
    List<Operation> operations = new ArrayList<>();
    for (Expr.PatchOperation operation : patch.operations()) {
      operations.add(operation(operation, patchSite));
    }
    return frame -> {
      Value value = target.eval(frame);
      // All keys and values are known before the first change is made.
      List<Change> changes = new ArrayList<>(operations.size());
      for (Operation operation : operations) {
        changes.add(operation.evaluate(frame));
      }
      RecordValue.Builder builder = fields(value, "patched", targetSite).toBuilder();
      for (int i = 0; i < changes.size(); i++) {
        if (!(changes.get(i) instanceof Replacement(Value whole))) {
          builder = changes.get(i).apply(builder);
        } else if (i + 1 == changes.size()) {
          return whole;
        } else {
          throw notFields(whole, "patched", targetSite);
        }
      }
      return builder.build();
    };
  }

  /** An operation whose operands are not yet known. */
  private interface Operation {
    Change evaluate(Frame frame);
  }

  /** An operation whose operands are known. */
  private interface Change {
    RecordValue.Builder apply(RecordValue.Builder fields);
  }

  /** What is merged and is no record takes the place of the whole. */
  private record Replacement(Value whole) implements Change {
    @Override
    public RecordValue.Builder apply(RecordValue.Builder fields) {
      throw new IllegalStateException("no fields");
    }
  }

  private Operation operation(Expr.PatchOperation operation, Site patchSite) {
    Expr argument = operation.argument();
    Node value = argument == null ? new Node.Constant(Value.NULL) : compiler.compile(argument);
    Site valueSite = argument == null ? patchSite : compiler.site(argument.span());
    Expr keyExpr = operation.key();
    if (keyExpr == null) {
      return frame -> {
        Value operand = value.eval(frame);
        return operand instanceof RecordValue changes
            ? fields -> Merging.merge(fields.build(), changes).toBuilder()
            : new Replacement(operand);
      };
    }
    Node key = compiler.compile(keyExpr);
    Places places = new Places(compiler.site(keyExpr.span()), valueSite, patchSite);
    Expr.PatchKind kind = operation.kind();
    if (key instanceof Node.Constant(Value.Text(String name))
        && value instanceof Node.Constant(Value operand)
        && (operand instanceof Value.Text || !namesAField(kind))) {
      Change known = change(kind, name, operand, places);
      return frame -> known;
    }
    return frame -> change(kind, key(key.eval(frame), places.key), value.eval(frame), places);
  }

  /** Where the parts of an operation stand. */
  private record Places(Site key, Site value, Site patch) {}

  /** Whether the operand of such an operation is the name of another field. */
  private static boolean namesAField(Expr.PatchKind kind) {
    return kind == Expr.PatchKind.MOVE || kind == Expr.PatchKind.COPY;
  }

  private static Change change(Expr.PatchKind kind, String name, Value operand, Places places) {
    return switch (kind) {
      case INSERT -> fields -> insert(fields, name, operand, places.key);
      case UPSERT -> fields -> fields.put(name, operand);
      case UPDATE -> fields -> update(fields, name, operand, places.key);
      case ERASE -> fields -> fields.remove(name);
      case MOVE, COPY -> {
        String to = key(operand, places.value);
        yield fields -> relocate(fields, name, to, kind == Expr.PatchKind.MOVE, places.patch);
      }
      case MERGE -> fields -> mergeField(fields, name, operand, places.key);
    };
  }

  private static RecordValue.Builder insert(
      RecordValue.Builder fields, String key, Value value, Site site) {
    if (fields.get(key) != null) {
      throw site.failure(
          "the record already has the field `" + key + "`",
          "use `upsert` to set it in any case, or `update` if it must exist");
    }
    return fields.put(key, value);
  }

  private static RecordValue.Builder update(
      RecordValue.Builder fields, String key, Value value, Site site) {
    if (fields.get(key) == null) {
      throw site.failure(
          "the record has no field `" + key + "` to update",
          "use `upsert` to set it in any case, or `insert` if it must not exist");
    }
    return fields.put(key, value);
  }

  private static RecordValue.Builder relocate(
      RecordValue.Builder fields, String from, String to, boolean away, Site site) {
    if (fields.get(to) != null) {
      throw site.failure("the record already has the field `" + to + "`");
    }
    Value value = fields.get(from);
    if (value == null) {
      return fields;
    }
    return (away ? fields.remove(from) : fields).put(to, value);
  }

  private static RecordValue.Builder mergeField(
      RecordValue.Builder fields, String key, Value operand, Site site) {
    Value old = fields.get(key);
    RecordValue into = old == null ? RecordValue.empty() : fields(old, "merged into", site);
    boolean merged = operand instanceof RecordValue;
    return fields.put(key, merged ? Merging.merge(into, (RecordValue) operand) : operand);
  }

  private static String key(Value value, Site site) {
    if (value instanceof Value.Text text) {
      return text.value();
    }
    throw site.failure("a key must be a string, not " + value.type());
  }

  private static RecordValue fields(Value value, String what, Site site) {
    if (value instanceof RecordValue fields) {
      return fields;
    }
    throw notFields(value, what, site);
  }

  private static ScriptException notFields(Value value, String what, Site site) {
    return site.failure("only a record can be " + what + ", not a value of type " + value.type());
  }
}
