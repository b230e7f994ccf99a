package io.holdfast.cli;

/** The command line's entry. */
public final class Holdfast {
  private Holdfast() {}

  /** Runs a command. */
  public static void main(String[] args) {
    System.exit(args.length == 0 ? 2 : 0);
  }
}
