package io.holdfast.script.extract;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code cidr|10.0.0.0/8, …|}: an IPv4 address or network that lies in one of some networks. */
final class CidrExtractor {
  private static final Pattern NETWORK =
      Pattern.compile(
          "([0-9]{1,3})\\.([0-9]{1,3})\\.([0-9]{1,3})\\.([0-9]{1,3})(?:/([0-9]{1,2}))?");

  private static final int BYTES = 4;

  private CidrExtractor() {}

  static Extractor of(String pattern) {
    List<Network> networks =
        pattern.isBlank()
            ? List.of()
            : Arrays.stream(pattern.split(",", -1)).map(CidrExtractor::wanted).toList();
    return text -> {
      Network found = Network.parse(text);
      if (found == null) {
        return null;
      }
      boolean wanted =
          networks.isEmpty() || networks.stream().anyMatch(network -> network.contains(found));
      return wanted ? found.toValue() : null;
    };
  }

  private static Network wanted(String text) {
    Network network = Network.parse(text.strip());
    if (network == null) {
      throw new BadPattern("`" + text.strip() + "` is not an IPv4 network such as 10.0.0.0/8");
    }
    return network;
  }

  /**
   * An IPv4 network.
   *
   * @param address its address
   * @param bits how many bits of the address are common to it
   */
  private record Network(int address, int bits) {
    static @Nullable Network parse(String text) {
      Matcher matcher = NETWORK.matcher(text);
      if (!matcher.matches()) {
        return null;
      }
      int address = 0;
      for (int i = 1; i <= BYTES; i++) {
        int part = Integer.parseInt(matcher.group(i));
        if (part > 255) {
          return null;
        }
        address = (address << Byte.SIZE) | part;
      }
      String bits = matcher.group(BYTES + 1);
      int length = bits == null ? Integer.SIZE : Integer.parseInt(bits);
      return length <= Integer.SIZE ? new Network(address, length) : null;
    }

    int mask() {
      return bits == 0 ? 0 : -1 << (Integer.SIZE - bits);
    }

    boolean contains(Network other) {
      return other.bits >= bits && ((other.address ^ address) & mask()) == 0;
    }

    Value toValue() {
      return RecordValue.builder().put("prefix", bytes(address)).put("mask", bytes(mask())).build();
    }

    private static Value bytes(int word) {
      return ArrayValue.of(
          Value.of((word >>> 24) & 0xFFL),
          Value.of((word >>> 16) & 0xFFL),
          Value.of((word >>> 8) & 0xFFL),
          Value.of(word & 0xFFL));
    }
  }
}
