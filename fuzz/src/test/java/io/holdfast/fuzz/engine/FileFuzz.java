package io.holdfast.fuzz.engine;

import io.holdfast.fuzz.Allowance;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Inputs that are a file of the directory. Their first byte says whether the checksums are to be
 * put right before, so that both damage and what only looks well is tried.
 */
final class FileFuzz {
  private static final Allowance ALLOWANCE = new Allowance(16 << 20, 256);

  private FileFuzz() {}

  /** Examines the directory with the input in place of a file. */
  static void examine(String name, byte[] input, Consumer<byte[]> seal) throws IOException {
    examine(Directories.withoutLetters(), name, input, seal);
  }

  /** Examines a directory with the input in place of a file, or beside the others. */
  static void examine(Map<String, byte[]> files, String name, byte[] input, Consumer<byte[]> seal)
      throws IOException {
    if (input.length == 0) {
      return;
    }
    byte[] file = Arrays.copyOfRange(input, 1, input.length);
    if ((input[0] & 1) != 0) {
      seal.accept(file);
    }
    files.put(name, file);
    ALLOWANCE.covers(input, () -> Examination.of(files));
  }

  /** A file as an input, sealed before it is examined or not. */
  static byte[] seed(int flags, byte[] file) {
    byte[] input = new byte[file.length + 1];
    input[0] = (byte) flags;
    System.arraycopy(file, 0, input, 1, file.length);
    return input;
  }
}
