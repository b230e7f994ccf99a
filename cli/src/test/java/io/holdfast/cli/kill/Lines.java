package io.holdfast.cli.kill;

import java.util.SplittableRandom;

/** Events that two numbers decide, every byte of them. */
final class Lines {
  private static final String[] PIECES = {
    "a", "Z", "0", " ", "é", "漢", "🐢", "\\\"", "\\\\", "\\n", "/", "{", "]", "\\t", "ß", "~"
  };
  private static final int SHORT = 300;
  private static final int LONG = 20_000;
  private static final int LONG_ONE_IN = 64;

  private Lines() {}

  /** The event of a life with a number, as JSON in the form in which it comes out again. */
  static String of(int life, int number) {
    SplittableRandom random = new SplittableRandom(((long) life << 32) + number);
    int pieces = random.nextInt(random.nextInt(LONG_ONE_IN) == 0 ? LONG : SHORT);
    StringBuilder line = new StringBuilder(pieces + 64);
    line.append("{\"life\":").append(life).append(",\"number\":").append(number);
    line.append(",\"pad\":\"");
    for (int i = 0; i < pieces; i++) {
      line.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return line.append("\"}").toString();
  }
}
