package io.holdfast.connectors.ws;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A WebSocket server on a plain socket, so that a test can make it die in every way there is. Each
 * connection is handed to a behaviour; the messages that it reads are kept in order.
 */
public final class RawServer implements Closeable {
  /** What a server does with a connection. */
  public interface Behaviour {
    void serve(Connection connection) throws IOException;
  }

  private final ServerSocket listener = new ServerSocket();
  private final List<String> messages;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final Behaviour behaviour;

  /**
   * Starts listening.
   *
   * @param port 0 for a free one
   * @param messages gets every message that is read
   */
  public RawServer(int port, List<String> messages, Behaviour behaviour) throws IOException {
    this.messages = messages;
    this.behaviour = behaviour;
    listener.setReuseAddress(true);
    listener.setReceiveBufferSize(4096);
    bind(port);
    Thread.ofVirtual().start(this::accept);
  }

  /** The server that was at this port before may take a moment to go. */
  private void bind(int port) throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (true) {
      try {
        listener.bind(address);
        return;
      } catch (BindException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
        Thread.onSpinWait();
      }
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  int connections() {
    return sockets.size();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        sockets.add(socket);
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    behaviour.serve(new Connection(socket));
                  } catch (IOException e) {
                    // The other side has gone, or the test is over.
                  }
                });
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  /** Dies as a killed process does whose sockets had unread bytes: with a reset. */
  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      try {
        socket.setSoLinger(true, 0);
        socket.close();
      } catch (SocketException e) {
        // The behaviour has closed it already.
      }
    }
  }

  /** Reads, keeps and answers for ever. */
  public static void behaveWell(Connection connection) throws IOException {
    connection.handshake();
    while (connection.readAndAnswer()) {
      // Until the peer closes.
    }
  }

  /** One connection. */
  public final class Connection {
    final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    Connection(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new DataInputStream(socket.getInputStream());
      this.out = socket.getOutputStream();
    }

    InputStream in() {
      return in;
    }

    void write(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }

    String readRequest() throws IOException {
      StringBuilder request = new StringBuilder();
      while (!request.toString().endsWith("\r\n\r\n")) {
        int next = in.read();
        if (next < 0) {
          throw new EOFException();
        }
        request.append((char) next);
      }
      return request.toString();
    }

    void handshake() throws IOException {
      String request = readRequest();
      String key =
          request
              .lines()
              .filter(
                  line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("sec-websocket-key:"))
              .map(line -> line.substring(line.indexOf(':') + 1).strip())
              .findFirst()
              .orElseThrow(() -> new IOException("no key in " + request));
      write(
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Accept: "
              + accept(key)
              + "\r\n\r\n");
    }

    /** Reads one frame; keeps a text, answers a ping and a close. False after a close. */
    boolean readAndAnswer() throws IOException {
      Frame frame = readFrame();
      switch (frame.opcode) {
        case Frame.TEXT -> messages.add(frame.text());
        case Frame.PING -> writeFrame(Frame.PONG, frame.payload);
        case Frame.CLOSE -> {
          writeFrame(Frame.CLOSE, frame.payload);
          socket.close();
          return false;
        }
        default -> throw new IOException("opcode " + frame.opcode);
      }
      return true;
    }

    Frame readFrame() throws IOException {
      int first = in.readUnsignedByte();
      if ((first & 0x80) == 0) {
        throw new IOException("a fragment, which these small messages need not be");
      }
      int second = in.readUnsignedByte();
      int length = second & 0x7f;
      if (length == 126) {
        length = in.readUnsignedShort();
      } else if (length == 127) {
        length = Math.toIntExact(in.readLong());
      }
      byte[] mask = in.readNBytes(4);
      byte[] payload = in.readNBytes(length);
      for (int i = 0; i < payload.length; i++) {
        payload[i] ^= mask[i % 4];
      }
      return new Frame(first & 0x0f, payload);
    }

    void writeFrame(int opcode, byte[] payload) throws IOException {
      out.write(0x80 | opcode);
      out.write(payload.length);
      out.write(payload);
      out.flush();
    }

    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    private static String accept(String key) {
      try {
        byte[] hash =
            MessageDigest.getInstance("SHA-1")
                .digest(
                    (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                        .getBytes(StandardCharsets.ISO_8859_1));
        return Base64.getEncoder().encodeToString(hash);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** One frame, unmasked. */
  static final class Frame {
    static final int TEXT = 1;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    final int opcode;
    final byte[] payload;

    Frame(int opcode, byte[] payload) {
      this.opcode = opcode;
      this.payload = payload;
    }

    String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }
  }
}
