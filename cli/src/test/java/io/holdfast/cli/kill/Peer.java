package io.holdfast.cli.kill;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket server on a plain socket, so that it can die in every way there is. What it has read
 * is in the ledger before it answers the ping behind it. Thread-safe.
 */
final class Peer implements AutoCloseable {
  private static final Pattern KEY =
      Pattern.compile("sec-websocket-key:\\s*(\\S+)", Pattern.CASE_INSENSITIVE);
  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;

  /** With the opcode: the last frame of a message. */
  private static final int END = 0x80;

  private static final int CUT_AFTER = 40;

  /** How it treats those who connect. */
  enum Mood {
    /** Reads, and answers pings. */
    WELL,
    /** Nobody listens. */
    ABSENT,
    /** Refuses the handshake. */
    REFUSING,
    /** Reads, and never answers. */
    SILENT,
    /** Cuts each connection after some messages. */
    CUTTING;

    static Mood any(int chance) {
      List<Mood> all = List.of(values());
      return all.get(chance % all.size());
    }
  }

  private final Ledger ledger;
  private final Set<Socket> sockets = new HashSet<>();
  private final int port;
  private volatile Mood mood = Mood.WELL;
  private @Nullable ServerSocket listener;

  Peer(Ledger ledger) throws IOException {
    this.ledger = ledger;
    this.port = listen(0);
  }

  int port() {
    return port;
  }

  /** Dies, and comes back in a mood. */
  synchronized void become(Mood next) throws IOException {
    die();
    mood = next;
    if (next != Mood.ABSENT) {
      int _ = listen(port);
    }
  }

  /** As a killed process: its connections are reset, with what was not read yet. */
  private synchronized void die() throws IOException {
    if (listener != null) {
      listener.close();
      listener = null;
    }
    for (Socket socket : sockets) {
      reset(socket);
    }
    sockets.clear();
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // It is closed already.
    }
  }

  private synchronized int listen(int at) throws IOException {
    ServerSocket made = new ServerSocket();
    made.setReuseAddress(true);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!made.isBound()) {
      try {
        made.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), at));
      } catch (BindException e) {
        // The one that was there before may take a moment to go.
        if (System.nanoTime() - end > 0) {
          throw e;
        }
        Thread.onSpinWait();
      }
    }
    listener = made;
    Thread.ofVirtual().start(() -> accept(made));
    return made.getLocalPort();
  }

  private void accept(ServerSocket from) {
    try {
      while (true) {
        Socket socket = from.accept();
        if (isOf(from, socket)) {
          Thread.ofVirtual().start(() -> serve(socket));
        } else {
          reset(socket);
        }
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private synchronized boolean isOf(ServerSocket from, Socket socket) {
    return !from.isClosed() && sockets.add(socket);
  }

  private void serve(Socket socket) {
    try (socket) {
      new Connection(socket).serve(mood);
    } catch (IOException e) {
      // The other side has gone, or this one was told to.
    } finally {
      forget(socket);
    }
  }

  private synchronized void forget(Socket socket) {
    sockets.remove(socket);
  }

  @Override
  public void close() throws IOException {
    die();
  }

  private final class Connection {
    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    Connection(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      this.out = socket.getOutputStream();
    }

    void serve(Mood as) throws IOException {
      String request = readRequest();
      Matcher key = KEY.matcher(request);
      if (as == Mood.REFUSING || !key.find()) {
        write("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
        return;
      }
      write(
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Accept: "
              + accepting(key.group(1))
              + "\r\n\r\n");
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      int messages = 0;
      while (as != Mood.CUTTING || messages < CUT_AFTER) {
        int opcode = in.readUnsignedByte();
        byte[] payload = readPayload();
        switch (opcode) {
          case TEXT, CONTINUATION -> message.write(payload);
          case END | TEXT, END | CONTINUATION -> {
            message.write(payload);
            ledger.arrived(message.toString(UTF_8));
            message.reset();
            messages++;
          }
          case END | PING -> {
            if (as != Mood.SILENT) {
              answer(PONG, payload);
            }
          }
          case END | CLOSE -> {
            answer(CLOSE, payload);
            return;
          }
          default -> throw new IOException("a frame that begins with " + opcode);
        }
      }
      reset(socket);
    }

    private String readRequest() throws IOException {
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

    private byte[] readPayload() throws IOException {
      int length = in.readUnsignedByte() & 0x7f;
      if (length == 126) {
        length = in.readUnsignedShort();
      } else if (length == 127) {
        length = Math.toIntExact(in.readLong());
      }
      byte[] mask = new byte[4];
      in.readFully(mask);
      byte[] payload = new byte[length];
      in.readFully(payload);
      for (int i = 0; i < payload.length; i++) {
        payload[i] ^= mask[i % 4];
      }
      return payload;
    }

    private void answer(int opcode, byte[] payload) throws IOException {
      byte[] frame = new byte[payload.length + 2];
      frame[0] = (byte) (END | opcode);
      frame[1] = (byte) payload.length;
      System.arraycopy(payload, 0, frame, 2, payload.length);
      out.write(frame);
    }

    private void write(String text) throws IOException {
      out.write(text.getBytes(ISO_8859_1));
    }

    private static String accepting(String key) {
      try {
        byte[] hash =
            MessageDigest.getInstance("SHA-1")
                .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1));
        return Base64.getEncoder().encodeToString(hash);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
