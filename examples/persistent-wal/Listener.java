import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * A WebSocket listener in one file: prints each message on a line of its own and answers pings.
 *
 * <p>{@code java Listener.java 8080} runs it, on any Java from 17, with nothing else installed.
 * Messages go to stdout; what happens to connections goes to stderr. A ping is answered after
 * everything that came before it was printed, so a sender that waits for the pong knows that its
 * messages were seen.
 */
public final class Listener {
  private static final int LARGEST_MESSAGE = 64 << 20;
  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;

  private static final PrintStream MESSAGES =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

  private Listener() {}

  /** Listens on the port that the first argument names, 8080 without one, until it is killed. */
  public static void main(String[] args) throws IOException {
    int port = port(args);
    try (ServerSocket server = new ServerSocket(port)) {
      say("listening on ws://localhost:" + server.getLocalPort() + "/ (Ctrl-C ends it)");
      for (int number = 1; ; number++) {
        String name = "connection " + number;
        Socket socket = server.accept();
        new Thread(() -> serve(socket, name), name).start();
      }
    } catch (BindException e) {
      say("port " + port + " is in use; stop what listens there, or name another port");
      System.exit(3);
    }
  }

  private static int port(String[] args) {
    try {
      int port = args.length == 0 ? 8080 : Integer.parseInt(args[0]);
      if (args.length <= 1 && port >= 0 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // falls through to the usage line
    }
    say("usage: java Listener.java [PORT]");
    System.exit(2);
    return 0;
  }

  private static void serve(Socket socket, String name) {
    try (socket) {
      socket.setTcpNoDelay(true);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      if (!handshake(in, out)) {
        say(name + ": not a WebSocket request");
        return;
      }
      say(name + ": open");
      receive(in, out);
      say(name + ": closed by the other side");
    } catch (EOFException e) {
      say(name + ": ended without a close");
    } catch (IOException e) {
      say(name + ": " + e.getMessage());
    }
  }

  private static boolean handshake(InputStream in, OutputStream out) throws IOException {
    String key = null;
    boolean upgrade = false;
    line(in); // the request line: every path will do
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      String header = colon < 0 ? "" : line.substring(0, colon).trim();
      String value = line.substring(colon + 1).trim();
      if (header.equalsIgnoreCase("Sec-WebSocket-Key")) {
        key = value;
      } else if (header.equalsIgnoreCase("Upgrade")) {
        upgrade = value.equalsIgnoreCase("websocket");
      }
    }
    String answer =
        key == null || !upgrade
            ? "HTTP/1.1 426 Upgrade Required\r\n"
                + "Upgrade: websocket\r\n"
                + "Connection: Upgrade, close\r\n"
                + "Content-Length: 0\r\n\r\n"
            : "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + ("Sec-WebSocket-Accept: " + accept(key) + "\r\n\r\n");
    out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
    return key != null && upgrade;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
      if (next == '\n') {
        return line.toString();
      }
      if (next != '\r') {
        line.append((char) next);
      }
      if (line.length() > 8192) {
        throw new IOException("a header line is longer than 8192 characters");
      }
    }
  }

  private static String accept(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest(
                  (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                      .getBytes(StandardCharsets.ISO_8859_1));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  /** Reads frames until the other side closes. */
  private static void receive(DataInputStream in, OutputStream out) throws IOException {
    byte[] message = new byte[0];
    boolean text = true;
    while (true) {
      int first = in.readUnsignedByte();
      boolean last = (first & 0x80) != 0;
      int kind = first & 0x0f;
      byte[] payload = payload(in, message.length);
      if (kind >= CLOSE && payload.length > 125) {
        throw new IOException("a control frame is longer than 125 bytes");
      }
      switch (kind) {
        case CONTINUATION, TEXT, BINARY -> {
          if (kind != CONTINUATION) {
            text = kind == TEXT;
            message = payload;
          } else {
            int before = message.length;
            message = Arrays.copyOf(message, before + payload.length);
            System.arraycopy(payload, 0, message, before, payload.length);
          }
          if (last) {
            MESSAGES.println(
                text
                    ? new String(message, StandardCharsets.UTF_8)
                    : "(" + message.length + " bytes)");
            message = new byte[0];
          }
        }
        case PING -> send(out, PONG, payload);
        case PONG -> {}
        case CLOSE -> {
          send(out, CLOSE, Arrays.copyOf(payload, Math.min(2, payload.length)));
          return;
        }
        default -> throw new IOException("a frame of the unknown kind " + kind);
      }
    }
  }

  /** Reads the rest of a frame: what it carries, unmasked. */
  private static byte[] payload(DataInputStream in, int before) throws IOException {
    int second = in.readUnsignedByte();
    long length = second & 0x7f;
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = in.readLong();
    }
    if (length < 0 || before + length > LARGEST_MESSAGE) {
      throw new IOException("a message is longer than " + LARGEST_MESSAGE + " bytes");
    }
    if ((second & 0x80) == 0) {
      throw new IOException("a frame is not masked, as a client's must be");
    }
    byte[] mask = new byte[4];
    in.readFully(mask);
    byte[] payload = new byte[(int) length];
    in.readFully(payload);
    for (int i = 0; i < payload.length; i++) {
      payload[i] ^= mask[i & 3];
    }
    return payload;
  }

  /** Sends a control frame: its payload has 125 bytes at most. */
  private static void send(OutputStream out, int kind, byte[] payload) throws IOException {
    byte[] frame = new byte[2 + payload.length];
    frame[0] = (byte) (0x80 | kind);
    frame[1] = (byte) payload.length;
    System.arraycopy(payload, 0, frame, 2, payload.length);
    out.write(frame);
    out.flush();
  }

  private static void say(String what) {
    System.err.println(what);
  }
}
