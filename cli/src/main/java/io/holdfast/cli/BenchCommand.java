package io.holdfast.cli;

import picocli.CommandLine.Command;

/** The commands that measure this machine. */
@Command(
    description = {"Measures what the buffer costs on this machine and this disk.", ""},
    synopsisSubcommandLabel = "COMMAND")
final class BenchCommand {}
