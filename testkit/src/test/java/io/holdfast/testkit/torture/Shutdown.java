package io.holdfast.testkit.torture;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * The shutdown call of ext4 and XFS: nothing reaches the device from then on, not even what the
 * journal holds.
 */
@SuppressWarnings("restricted")
final class Shutdown {
  /** {@code _IOR('X', 125, __u32)}: EXT4_IOC_SHUTDOWN and XFS_IOC_GOINGDOWN. */
  private static final long REQUEST = 0x8004587dL;

  private static final int WITHOUT_LOG_FLUSH = 2;
  private static final int DIRECTORY = 0x10000;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle OPEN =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("open"),
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle IOCTL =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("ioctl"),
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle CLOSE =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("close"),
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private Shutdown() {}

  /** Cuts the filesystem that is mounted at a folder. */
  static void of(Path mounted) throws IOException {
    int file = -1;
    try (Arena arena = Arena.ofConfined()) {
      file = (int) OPEN.invokeExact(arena.allocateFrom(mounted.toString()), DIRECTORY);
      MemorySegment flags = arena.allocateFrom(ValueLayout.JAVA_INT, WITHOUT_LOG_FLUSH);
      if (file < 0 || (int) IOCTL.invokeExact(file, REQUEST, flags) != 0) {
        throw new IOException("the filesystem at " + mounted + " cannot be shut down");
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException(e);
    } finally {
      close(file);
    }
  }

  private static void close(int file) throws IOException {
    try {
      int ignored = file < 0 ? 0 : (int) CLOSE.invokeExact(file);
    } catch (Throwable e) {
      throw new IOException(e);
    }
  }
}
