import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Do the tests have teeth? Puts each fault of {@code faults.txt} into a copy of the engine, one at
 * a time, and runs the tests that must fail then: {@code java build/faults/Faults.java [ID...]},
 * from the root of the tree. With {@code -Dholdfast.record} before that, the number of them goes
 * into {@code docs/reliability.md}, if all were caught. Exits with 1 when a fault is not caught,
 * and with 2 when nothing can be said: the list does not fit the sources, or a test fails without
 * any fault.
 */
public final class Faults {
  private static final Path HERE = Path.of("build", "faults");
  private static final Path ENGINE = Path.of("engine", "src", "main", "java");
  private static final Path PACKAGE = Path.of("io", "holdfast", "engine");
  private static final List<Path> TESTS =
      List.of(
          Path.of("campaign", "src", "main", "java"),
          Path.of("testkit", "src", "main", "java"),
          Path.of("testkit", "src", "test", "java"),
          Path.of("engine", "src", "test", "java"));

  /** A class of tests that takes longer hangs, and a test that hangs has caught nothing. */
  private static final long LIMIT_SECONDS = 300;

  private static final int OK = 0;
  private static final int FAILED = 1;

  /** Nothing can be said about faults; the message says why. */
  private static final class Unusable extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unusable(String message) {
      super(message);
    }
  }

  /**
   * A fault: one piece of the engine's text, and what it becomes.
   *
   * @param id a short name
   * @param breaks in a sentence
   * @param file below the engine's package
   * @param was what is replaced; a blank stands for any white space
   * @param now what comes in its place
   * @param caughtBy what must fail then
   */
  private record Fault(
      String id, String breaks, String file, String was, String now, Selection caughtBy) {
    /**
     * Tests, and what they run with.
     *
     * @param tests classes, or {@code Class#method}, tried in this order: of the testkit, or with
     *     their package below {@code io.holdfast}
     * @param properties as {@code name=value}
     */
    record Selection(List<String> tests, List<String> properties) {}

    /** The source with the fault in it. */
    String in(String source) {
      String any =
          Stream.of(was.split(" ")).map(Pattern::quote).collect(Collectors.joining("\\s+"));
      Matcher matcher = Pattern.compile(any).matcher(source);
      if (!matcher.find()) {
        throw new Unusable(id + ": " + file + " has no text like this any more: " + was);
      }
      int start = matcher.start();
      int end = matcher.end();
      if (matcher.find(start + 1)) {
        throw new Unusable(id + ": " + file + " has more than one text like this: " + was);
      }
      return source.substring(0, start) + now + source.substring(end);
    }

    /** Reads a list of faults: blocks of lines with a name and a value, an empty line between. */
    static List<Fault> read(Path list) throws IOException {
      Map<String, Fault> faults = new LinkedHashMap<>();
      for (String block : Files.readString(list).split("\n\\s*\n")) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : block.lines().filter(line -> !line.startsWith("#")).toList()) {
          String[] parts = line.strip().split("\\s+", 2);
          if (fields.put(parts[0], parts.length > 1 ? parts[1] : "") != null) {
            throw new Unusable(list + " says it twice: " + line);
          }
        }
        if (fields.isEmpty()) {
          continue;
        }
        Selection caughtBy =
            new Selection(
                List.of(take(fields, "caught").split(" ")),
                fields.containsKey("with") ? List.of(take(fields, "with").split(" ")) : List.of());
        Fault fault =
            new Fault(
                take(fields, "fault"),
                take(fields, "breaks"),
                take(fields, "file"),
                take(fields, "was"),
                take(fields, "now"),
                caughtBy);
        if (!fields.isEmpty() || faults.put(fault.id, fault) != null) {
          throw new Unusable(list + " has an odd or a second entry " + fault.id + ": " + fields);
        }
      }
      return List.copyOf(faults.values());
    }

    private static String take(Map<String, String> fields, String name) {
      String value = fields.remove(name);
      if (value == null) {
        throw new Unusable("a fault has no \"" + name + "\": " + fields);
      }
      return value;
    }
  }

  /**
   * How a run ended.
   *
   * @param failures name and message of each test that failed
   */
  private record Outcome(Map<String, String> failures, int tests, String trouble, long seconds) {
    boolean isPassed() {
      return trouble.isEmpty() && failures.isEmpty() && tests > 0;
    }
  }

  private final Path work;
  private final Path engineCopy;
  private final String classPath;

  private Faults(Path work) throws IOException, InterruptedException {
    this.work = work;
    this.engineCopy = work.resolve("engine-sources");
    this.classPath = classPath();
  }

  /** Runs all faults, or those that are named. */
  public static void main(String[] args) throws Exception {
    if (Runtime.version().feature() < 25) {
      System.err.println("This needs a JDK 25 or newer, and runs on " + Runtime.version());
      System.exit(2);
    }
    Path work = Files.createTempDirectory("holdfast-faults");
    int code;
    try {
      code = new Faults(work).run(chosen(Arrays.asList(args)));
    } catch (Unusable unusable) {
      System.err.println(unusable.getMessage());
      code = 2;
    } finally {
      delete(work);
    }
    System.exit(code);
  }

  private static List<Fault> chosen(List<String> ids) throws IOException {
    List<Fault> all = Fault.read(HERE.resolve("faults.txt"));
    Set<String> unknown = new LinkedHashSet<>(ids);
    all.forEach(fault -> unknown.remove(fault.id()));
    if (!unknown.isEmpty()) {
      throw new Unusable("no such fault: " + String.join(", ", unknown));
    }
    return all.stream().filter(fault -> ids.isEmpty() || ids.contains(fault.id())).toList();
  }

  // ------------------------------------------------------------------ the runs

  private int run(List<Fault> faults) throws IOException, InterruptedException {
    String hash = hash();
    System.out.println("on engine " + hash);
    copyEngine();
    // All of them first: a list that has rotted is worth no hour of tests.
    for (Fault fault : faults) {
      fault.in(Files.readString(engineCopy.resolve(PACKAGE.resolve(fault.file()))));
    }
    Path engine = compileEngine();
    Path tests = compileTests(engine);
    checkUnchanged(faults, engine, tests);
    List<String> table = new ArrayList<>();
    int caught = 0;
    for (Fault fault : faults) {
      Outcome outcome = run(fault, tests);
      boolean isCaught = !outcome.failures.isEmpty();
      caught += isCaught ? 1 : 0;
      tell(fault, outcome);
      table.add(
          "| `%s` | %s | %s |"
              .formatted(fault.id(), fault.breaks(), isCaught ? names(outcome) : "**nothing**"));
    }
    System.out.println();
    table.forEach(System.out::println);
    System.out.println();
    System.out.printf(
        "%d faults, %d caught, %d not caught%n", faults.size(), caught, faults.size() - caught);
    if (caught == faults.size() && System.getProperty("holdfast.record") != null) {
      record(caught, hash, tests);
    }
    return caught == faults.size() ? OK : FAILED;
  }

  /** Adds a row to the book of the long runs, which is told of the tree as it is now. */
  private static void record(int caught, String hash, Path tests)
      throws IOException, InterruptedException {
    if (!hash.equals(hash())) {
      throw new Unusable("not recorded: the engine is another one by now");
    }
    List<String> command =
        List.of(java(), "-Dholdfast.record", "-cp", tests.toString(), "Caught", "" + caught);
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new Unusable("not recorded");
    }
  }

  private Outcome run(Fault fault, Path tests) throws IOException, InterruptedException {
    Path changed;
    try {
      changed = compileEngine(fault);
    } catch (Unusable broken) {
      return new Outcome(Map.of(), 0, ": " + broken.getMessage(), 0);
    }
    Outcome outcome = run(changed, tests, fault.caughtBy());
    delete(changed);
    return outcome;
  }

  /** What fails without any fault says nothing about one. */
  private void checkUnchanged(List<Fault> faults, Path engine, Path tests)
      throws IOException, InterruptedException {
    Map<List<String>, Set<String>> all = new LinkedHashMap<>();
    for (Fault fault : faults) {
      all.computeIfAbsent(fault.caughtBy().properties(), unknown -> new LinkedHashSet<>())
          .addAll(fault.caughtBy().tests());
    }
    for (Map.Entry<List<String>, Set<String>> entry : all.entrySet()) {
      Fault.Selection selection =
          new Fault.Selection(List.copyOf(entry.getValue()), entry.getKey());
      Outcome outcome = run(engine, tests, selection);
      if (!outcome.isPassed()) {
        throw new Unusable(
            "without any fault this is not passed: "
                + selection
                + "\n"
                + outcome.trouble
                + outcome.failures);
      }
      System.out.printf(
          "without a fault: %d tests passed, %d s %s%n",
          outcome.tests, outcome.seconds, String.join(" ", selection.properties()));
    }
  }

  private static void tell(Fault fault, Outcome outcome) {
    System.out.printf("%n%s (%d s): %s%n", fault.id(), outcome.seconds, fault.breaks());
    if (outcome.failures.isEmpty()) {
      System.out.println("  NOT CAUGHT by " + fault.caughtBy() + outcome.trouble);
    }
    outcome.failures.forEach(
        (test, message) -> System.out.println("  caught by " + test + ": " + message));
  }

  private static String names(Outcome outcome) {
    Map<String, Integer> byClass = new LinkedHashMap<>();
    outcome
        .failures
        .keySet()
        .forEach(test -> byClass.merge(test.split("[.#]")[0], 1, Integer::sum));
    return byClass.entrySet().stream()
        .map(it -> "`" + it.getKey() + "`" + (it.getValue() > 1 ? " (" + it.getValue() + ")" : ""))
        .collect(Collectors.joining(", "));
  }

  private Outcome run(Path engine, Path tests, Fault.Selection selection)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                java(),
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+EnableDynamicAgentLoading",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + work));
    selection.properties().forEach(property -> command.add("-D" + property));
    command.addAll(List.of("-cp", join(engine, tests) + classPath, "TestRun"));
    selection
        .tests()
        .forEach(
            test -> command.add("io.holdfast." + (test.contains(".") ? "" : "testkit.") + test));
    Path output = work.resolve("output");
    long began = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    long limit = LIMIT_SECONDS * selection.tests().size();
    boolean ended = process.waitFor(limit, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly().waitFor();
    }
    Map<String, String> failures = new LinkedHashMap<>();
    int count = 0;
    boolean whole = false;
    List<String> lines = Files.readString(output, StandardCharsets.UTF_8).lines().toList();
    for (String line : lines) {
      String[] parts = line.split("\t", 3);
      switch (parts[0]) {
        case "failed test" -> failures.put(parts[1], parts[2]);
        case "tests run" -> {
          count = Integer.parseInt(parts[1]);
          whole = true;
        }
        default -> {}
      }
    }
    String trouble = "";
    if (!ended) {
      trouble = ": it did not end in " + limit + " s";
    } else if (!whole) {
      int from = Math.max(0, lines.size() - 20);
      trouble = ": it ended early:\n" + String.join("\n", lines.subList(from, lines.size()));
    }
    return new Outcome(failures, count, trouble, (System.nanoTime() - began) / 1_000_000_000);
  }

  // ------------------------------------------------------------------ what is compiled

  /** A copy, so that whoever works on the sources meanwhile disturbs nothing. */
  private void copyEngine() throws IOException {
    for (Path file : sourcesIn(List.of(ENGINE))) {
      Path copy = engineCopy.resolve(ENGINE.relativize(file));
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
  }

  private Path compileEngine() throws IOException {
    Path classes = Files.createTempDirectory(work, "engine");
    compile(sourcesIn(List.of(engineCopy)), classPath, classes);
    return classes;
  }

  /** With a fault in it. */
  private Path compileEngine(Fault fault) throws IOException {
    Path file = engineCopy.resolve(PACKAGE.resolve(fault.file()));
    String source = Files.readString(file);
    Files.writeString(file, fault.in(source));
    try {
      return compileEngine();
    } finally {
      Files.writeString(file, source);
    }
  }

  private Path compileTests(Path engine) throws IOException {
    List<Path> sources = new ArrayList<>(sourcesIn(TESTS));
    sources.add(HERE.resolve("TestRun.java"));
    sources.add(HERE.resolve("Caught.java"));
    Path classes = work.resolve("tests");
    Files.createDirectories(classes);
    compile(sources, join(engine) + classPath, classes);
    return classes;
  }

  private static void compile(List<Path> sources, String classPath, Path to) throws IOException {
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = javac.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of("-nowarn", "-proc:none", "-cp", classPath, "-d", to.toString());
      boolean done =
          javac
              .getTask(
                  messages, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
              .call();
      if (!done) {
        throw new Unusable("this does not compile:\n" + messages);
      }
    }
  }

  /**
   * Without the modules' descriptions: there is one class path, and tests beside what they test.
   */
  private static List<Path> sourcesIn(List<Path> folders) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path folder : folders) {
      try (Stream<Path> files = Files.walk(folder)) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .filter(file -> !file.endsWith("module-info.java"))
            .sorted()
            .forEach(found::add);
      }
    }
    return found;
  }

  // ------------------------------------------------------------------ what it needs

  /** What engine and tests depend on, as Maven knows it, and JUnit's launcher. */
  private String classPath() throws IOException, InterruptedException {
    Path file = work.resolve("class-path").toAbsolutePath();
    maven("-pl", "engine", "dependency:build-classpath", "-Dmdep.outputFile=" + file);
    String jars = Files.readString(file).strip();
    Matcher junit = Pattern.compile("junit-platform-engine-([0-9.]+)\\.jar").matcher(jars);
    if (!junit.find()) {
      throw new Unusable("JUnit is not on the class path of the engine's tests: " + jars);
    }
    String launcher = "org.junit.platform:junit-platform-launcher:" + junit.group(1);
    Path folder = work.resolve("launcher").toAbsolutePath();
    maven("-N", "dependency:copy", "-Dartifact=" + launcher, "-DoutputDirectory=" + folder);
    try (Stream<Path> copied = Files.list(folder)) {
      return copied.map(jar -> join(jar)).collect(Collectors.joining()) + jars;
    }
  }

  private static void maven(String... arguments) throws IOException, InterruptedException {
    boolean isWindows = System.getProperty("os.name").startsWith("Windows");
    List<String> command = new ArrayList<>(List.of(isWindows ? "mvn.cmd" : "mvn", "-B", "-q"));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new Unusable("this did not work: " + String.join(" ", command) + "\n" + output);
    }
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static String join(Path... paths) {
    return Stream.of(paths)
        .map(path -> path + System.getProperty("path.separator"))
        .collect(Collectors.joining());
  }

  /** Which engine this is, by the name that the long runs in docs/reliability.md give it. */
  private static String hash() throws IOException {
    try (Stream<Path> files = Files.walk(ENGINE)) {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String name = ENGINE.relativize(file).toString().replace('\\', '/');
        sha.update(name.getBytes(StandardCharsets.UTF_8));
        sha.update((byte) 0);
        sha.update(Files.readAllBytes(file));
        sha.update((byte) 0);
      }
      return HexFormat.of().formatHex(sha.digest(), 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
