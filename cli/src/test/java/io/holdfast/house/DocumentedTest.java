package io.holdfast.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExportsTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.ModuleTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** doclint asks for tags or for nothing; this asks for the sentence. */
final class DocumentedTest {
  private static final List<String> MODULES =
      List.of("engine", "testkit", "script", "pipeline", "connectors", "server");

  @Test
  void everythingThatAModuleExportsIsDocumented() throws IOException {
    List<String> undocumented = new ArrayList<>();
    int seen = 0;
    for (String module : MODULES) {
      Surface surface = surfaceOf(Path.of("..", module, "src", "main", "java"));
      undocumented.addAll(surface.undocumented);
      seen += surface.seen;
    }
    assertThat(seen).isPositive();
    assertThat(undocumented).isEmpty();
  }

  private static Surface surfaceOf(Path folder) throws IOException {
    JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
    List<Path> files;
    try (Stream<Path> found = Files.walk(folder)) {
      files = found.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
    try (var sources = compiler.getStandardFileManager(null, null, null)) {
      var task =
          (JavacTask)
              compiler.getTask(
                  null, sources, null, null, null, sources.getJavaFileObjectsFromPaths(files));
      List<CompilationUnitTree> units = new ArrayList<>();
      task.parse().forEach(units::add);
      List<String> exported = units.stream().flatMap(DocumentedTest::exports).toList();
      var surface = new Surface(DocTrees.instance(task));
      for (CompilationUnitTree unit : units) {
        if (exported.contains(String.valueOf(unit.getPackageName()))) {
          surface.scan(unit, null);
        }
      }
      return surface;
    }
  }

  private static Stream<String> exports(CompilationUnitTree unit) {
    ModuleTree module = unit.getModule();
    return module == null
        ? Stream.empty()
        : module.getDirectives().stream()
            .filter(ExportsTree.class::isInstance)
            .map(directive -> String.valueOf(((ExportsTree) directive).getPackageName()));
  }

  /** Walks what other modules can see. */
  private static final class Surface extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private static final Set<Tree.Kind> ALL_PUBLIC =
        Set.of(Tree.Kind.INTERFACE, Tree.Kind.ANNOTATION_TYPE);

    final List<String> undocumented = new ArrayList<>();
    int seen;

    private final DocTrees docs;

    Surface(DocTrees docs) {
      this.docs = docs;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void unused) {
      if (isVisible(type.getModifiers())) {
        check(type, type.getSimpleName().toString());
        super.visitClass(type, null);
      }
      return null;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
      boolean inherits =
          method.getModifiers().getAnnotations().stream()
              .anyMatch(annotation -> annotation.getAnnotationType().toString().equals("Override"));
      // A compact constructor says nothing that the record does not say.
      boolean compact =
          method.getReturnType() == null
              && getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.RECORD;
      if (isVisible(method.getModifiers()) && !inherits && !compact) {
        check(method, method.getName() + "(" + method.getParameters() + ")");
      }
      return null;
    }

    @Override
    public @Nullable Void visitVariable(VariableTree field, @Nullable Void unused) {
      boolean component =
          getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.RECORD
              && !field.getModifiers().getFlags().contains(Modifier.STATIC);
      if (isVisible(field.getModifiers()) && !component) {
        check(field, field.getName().toString());
      }
      return null;
    }

    private boolean isVisible(ModifiersTree modifiers) {
      Set<Modifier> flags = modifiers.getFlags();
      boolean inInterface =
          ALL_PUBLIC.contains(getCurrentPath().getParentPath().getLeaf().getKind());
      return flags.contains(Modifier.PUBLIC)
          || flags.contains(Modifier.PROTECTED)
          || (inInterface && !flags.contains(Modifier.PRIVATE));
    }

    private void check(Tree tree, String name) {
      seen++;
      if (docs.getDocCommentTree(getCurrentPath()) == null) {
        CompilationUnitTree unit = getCurrentPath().getCompilationUnit();
        long start = docs.getSourcePositions().getStartPosition(unit, tree);
        undocumented.add(
            Path.of(unit.getSourceFile().getName()).normalize()
                + ":"
                + unit.getLineMap().getLineNumber(start)
                + ": "
                + name);
      }
    }
  }
}
