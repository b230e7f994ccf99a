import java.io.DataInputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;

/**
 * A WebSocket listener that lets its peer down: {@code java HostilePeer.java MODE PORT}. It takes
 * one connection. In every mode but {@code silent} it first prints three messages and answers pings
 * as a good listener does.
 *
 * <ul>
 *   <li>{@code silent} never reads a frame; it says on stderr when bytes have piled up;
 *   <li>{@code drop} closes the socket while bytes are unread, which the peer sees as a reset;
 *   <li>{@code polite} sends a close frame and waits for the answer;
 *   <li>{@code midframe} halts after the first three bytes of a frame.
 * </ul>
 */
public final class HostilePeer {
  private static final int GOOD_MESSAGES = 3;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;

  private static final PrintStream MESSAGES =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

  private HostilePeer() {}

  /** Takes one connection and fails it in the way that the first argument names. */
  public static void main(String[] args) throws Exception {
    String mode = args[0];
    try (Socket socket = takeOne(Integer.parseInt(args[1]))) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      handshake(in, out);
      System.err.println("open");
      if (mode.equals("silent")) {
        waitForBytes(in, 200);
        System.err.println("piled up");
        Thread.sleep(Long.MAX_VALUE);
      }
      int messages = 0;
      while (messages < GOOD_MESSAGES) {
        messages += frame(in, out) ? 1 : 0;
      }
      switch (mode) {
        case "drop" -> waitForBytes(in, 1);
        case "polite" -> {
          out.write(new byte[] {(byte) (0x80 | CLOSE), 2, 0x03, (byte) 0xE8});
          while (in.read() >= 0) {
            // until the other side has answered and closed
          }
        }
        case "midframe" -> {
          in.readFully(new byte[3]);
          Runtime.getRuntime().halt(1);
        }
        default -> throw new IllegalArgumentException("no such mode: " + mode);
      }
    }
  }

  /** Nobody else gets in: the peer's next attempt is refused. */
  private static Socket takeOne(int port) throws IOException {
    try (ServerSocket server = new ServerSocket(port)) {
      return server.accept();
    }
  }

  private static void waitForBytes(DataInputStream in, int atLeast) throws Exception {
    while (in.available() < atLeast) {
      Thread.sleep(5);
    }
  }

  private static void handshake(DataInputStream in, OutputStream out) throws Exception {
    String key = "";
    StringBuilder line = new StringBuilder();
    while (true) {
      char next = (char) in.readUnsignedByte();
      if (next != '\n') {
        line.append(next);
        continue;
      }
      String header = line.toString().strip();
      line.setLength(0);
      if (header.isEmpty()) {
        break;
      }
      if (header.regionMatches(true, 0, "Sec-WebSocket-Key:", 0, 18)) {
        key = header.substring(18).strip();
      }
    }
    byte[] digest =
        MessageDigest.getInstance("SHA-1")
            .digest(
                (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                    .getBytes(StandardCharsets.ISO_8859_1));
    out.write(
        ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: "
                + Base64.getEncoder().encodeToString(digest)
                + "\r\n\r\n")
            .getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Reads one short frame; returns whether it was a message. */
  private static boolean frame(DataInputStream in, OutputStream out) throws IOException {
    int kind = in.readUnsignedByte() & 0x0f;
    int length = in.readUnsignedByte() & 0x7f;
    if (length == 126) {
      length = in.readUnsignedShort();
    }
    byte[] mask = in.readNBytes(4);
    byte[] payload = in.readNBytes(length);
    for (int i = 0; i < payload.length; i++) {
      payload[i] ^= mask[i & 3];
    }
    if (kind == PING) {
      byte[] pong = new byte[2 + payload.length];
      pong[0] = (byte) (0x80 | PONG);
      pong[1] = (byte) payload.length;
      System.arraycopy(payload, 0, pong, 2, payload.length);
      out.write(pong);
      return false;
    }
    MESSAGES.println(new String(payload, StandardCharsets.UTF_8));
    return true;
  }
}
