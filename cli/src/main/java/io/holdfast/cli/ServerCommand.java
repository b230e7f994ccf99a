package io.holdfast.cli;

import picocli.CommandLine.Command;

/** The commands around a server. */
@Command(
    description = "Runs or checks a server's configuration.",
    synopsisSubcommandLabel = "COMMAND",
    separator = " ")
final class ServerCommand {}
