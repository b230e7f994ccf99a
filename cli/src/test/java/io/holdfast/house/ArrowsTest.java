package io.holdfast.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

final class ArrowsTest {
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.holdfast");

  @Test
  void everyModuleIsSeen() {
    assertThat(HOUSE.stream().map(type -> type.getPackageName().split("\\.", 4)[2]))
        .contains("engine", "testkit", "script", "pipeline", "connectors", "server", "cli");
  }

  @Test
  void arrowsPointOnlyDownwards() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("io.holdfast..")
        .layer("cli")
        .definedBy("io.holdfast.cli..")
        .layer("server")
        .definedBy("io.holdfast.server..")
        .layer("connectors")
        .definedBy("io.holdfast.connectors..")
        .layer("pipeline")
        .definedBy("io.holdfast.pipeline..")
        .layer("script")
        .definedBy("io.holdfast.script..")
        .layer("engine")
        .definedBy("io.holdfast.engine..")
        .layer("testkit")
        .definedBy("io.holdfast.testkit..")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("testkit")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("server")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("connectors")
        .mayOnlyBeAccessedByLayers("server", "cli")
        .whereLayer("pipeline")
        .mayOnlyBeAccessedByLayers("connectors", "server", "cli")
        .whereLayer("script")
        .mayOnlyBeAccessedByLayers("pipeline", "connectors", "server", "cli")
        .whereLayer("engine")
        .mayOnlyBeAccessedByLayers("testkit", "pipeline", "connectors", "server", "cli")
        .check(HOUSE);
  }

  @Test
  void theEngineStandsOnArrowAndTheJdkAlone() {
    classes()
        .that()
        .resideInAPackage("io.holdfast.engine..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.holdfast.engine..",
            "java..",
            // For writes past the system's cache.
            "com.sun.nio.file",
            "org.jspecify.annotations",
            "org.apache.arrow..",
            "com.google.flatbuffers")
        .because("a host embeds the engine without a logger, a parser or a framework")
        .check(HOUSE);
  }

  @Test
  void onlyTheCommandLineUsesPicocli() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.holdfast.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .check(HOUSE);
  }

  @Test
  void onlyTheServerAndTheCodecsReadYaml() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.holdfast.server..", "io.holdfast.connectors.codec..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.snakeyaml..")
        .check(HOUSE);
  }

  @Test
  void nobodyTouchesTheInsidesOfTheJdk() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.holdfast.cli..")
        .and()
        .doNotHaveSimpleName("ChannelFile")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("sun..", "jdk.internal..", "com.sun..")
        .because("only the command line may, for signals, and who writes past the system's cache")
        .check(HOUSE);
  }

  @Test
  void theEngineTakesTimeAndChanceFromItsHost() {
    noClasses()
        .that()
        .resideInAPackage("io.holdfast.engine..")
        .and()
        .doNotHaveSimpleName("SystemTime")
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", java.time.Duration.class)
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(Random.class, ThreadLocalRandom.class)
        .because("one thread can then step the whole engine, and a seed repeats a run")
        .check(HOUSE);
  }

  @Test
  void librariesLeaveTheStreamsAndTheProcessToTheCommand() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.holdfast.engine..", "io.holdfast.script..", "io.holdfast.pipeline..")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .because("stdout carries a command's output and nothing else")
        .check(HOUSE);
  }
}
