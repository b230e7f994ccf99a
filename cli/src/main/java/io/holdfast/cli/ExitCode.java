package io.holdfast.cli;

/** What the shell is told when a command ends. The same for every command. */
enum ExitCode {
  /** It did what it was asked, also when it was stopped by SIGTERM or one Ctrl-C. */
  DONE(0),
  /** What was examined is bad: configuration, script, input, damage, loss. */
  BAD(1),
  /** The command line was wrong. */
  USAGE(2),
  /** The environment says no: locked, no permission, disk full. */
  ENVIRONMENT(3),
  /** A second Ctrl-C: halted at once. */
  INTERRUPTED(130);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** The number. */
  int code() {
    return code;
  }
}
