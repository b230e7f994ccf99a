package io.holdfast.script.extract;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code cidr|10.0.0.0/8, …|}: an address that lies in one of some networks, or, where the pattern
 * names none, any address or network. An IPv4 address may be short: the last number is its last
 * byte, those that are missing are zero. An IPv6 address is only taken for one if its first group
 * could be no byte.
 */
final class CidrExtractor {
  private static final Pattern NETWORK = Pattern.compile("([^/]++)(?:/([0-9]{1,3}))?");
  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,9}(?:\\.[0-9]{1,9}){0,3}");
  private static final Pattern FULL_IPV4 = Pattern.compile("[^.]*+(?:\\.[^.]++){3}");
  private static final int IPV4_BYTES = 4;

  private CidrExtractor() {}

  static Extractor of(String pattern) {
    if (pattern.isBlank()) {
      return (text, _) -> {
        Network found = Network.parse(text);
        return found == null ? null : found.toValue();
      };
    }
    List<Network> networks =
        Arrays.stream(pattern.split(",", -1)).map(CidrExtractor::wanted).toList();
    return (text, _) -> {
      boolean isAddress = text.indexOf(':') >= 0 || FULL_IPV4.matcher(text).matches();
      Network found = isAddress && text.indexOf('/') < 0 ? Network.parse(text) : null;
      return found != null && networks.stream().anyMatch(it -> it.contains(found))
          ? found.toValue()
          : null;
    };
  }

  private static Network wanted(String text) {
    Network network = Network.parse(text.strip());
    if (network == null) {
      throw new BadPattern("`" + text.strip() + "` is not a network such as 10.0.0.0/8");
    }
    return network;
  }

  /**
   * A network.
   *
   * @param address the bytes of its address, 4 or 16
   * @param bits how many bits of the address are common to it
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared, never handed out.
  private record Network(byte[] address, int bits) {
    static @Nullable Network parse(String text) {
      Matcher matcher = NETWORK.matcher(text);
      if (!matcher.matches()) {
        return null;
      }
      byte[] address = address(matcher.group(1));
      if (address == null) {
        return null;
      }
      String bits = matcher.group(2);
      int most = address.length * Byte.SIZE;
      int length = bits == null ? most : Integer.parseInt(bits);
      return length <= most ? new Network(address, length) : null;
    }

    private static byte @Nullable [] address(String text) {
      if (IPV4.matcher(text).matches()) {
        return ipv4(text.split("\\.", -1));
      }
      int colon = text.indexOf(':');
      if (colon <= 0 || isByte(text.substring(0, colon))) {
        return null;
      }
      try {
        return InetAddress.ofLiteral(text).getAddress();
      } catch (IllegalArgumentException e) {
        return null;
      }
    }

    private static byte @Nullable [] ipv4(String[] numbers) {
      byte[] address = new byte[IPV4_BYTES];
      for (int i = 0; i < numbers.length; i++) {
        if (!isByte(numbers[i])) {
          return null;
        }
        boolean isLast = i > 0 && i + 1 == numbers.length;
        address[isLast ? IPV4_BYTES - 1 : i] = (byte) Integer.parseInt(numbers[i]);
      }
      return address;
    }

    private static boolean isByte(String text) {
      return text.chars().allMatch(c -> c >= '0' && c <= '9') && Long.parseLong(text) <= 0xFF;
    }

    boolean isIpv4() {
      return address.length == IPV4_BYTES;
    }

    private int mask(int index) {
      int left = Math.clamp(bits - (long) index * Byte.SIZE, 0, Byte.SIZE);
      return 0xFF << (Byte.SIZE - left) & 0xFF;
    }

    boolean contains(Network other) {
      if (other.address.length != address.length) {
        return false;
      }
      for (int i = 0; i < address.length; i++) {
        if (((other.address[i] ^ address[i]) & mask(i)) != 0) {
          return false;
        }
      }
      return true;
    }

    /** An IPv4 address is shown as bytes, an IPv6 address as words of two. */
    Value toValue() {
      List<Value> prefix = new ArrayList<>();
      List<Value> mask = new ArrayList<>();
      int step = isIpv4() ? 1 : 2;
      for (int i = 0; i < address.length; i += step) {
        int high = step == 1 ? 0 : address[i] & 0xFF;
        int highMask = step == 1 ? 0 : mask(i);
        int words = highMask << Byte.SIZE | mask(i + step - 1);
        prefix.add(Value.of((high << Byte.SIZE | (address[i + step - 1] & 0xFF)) & words));
        mask.add(Value.of(words));
      }
      return RecordValue.builder()
          .put("prefix", ArrayValue.of(prefix))
          .put("mask", ArrayValue.of(mask))
          .build();
    }
  }
}
