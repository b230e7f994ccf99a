package io.holdfast.connectors.codec;

import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One message of syslog, as of RFC 5424 or of RFC 3164. What is neither is still a message: one of
 * RFC 3164 that has its text alone.
 */
final class SyslogCodec implements Codec {
  private static final List<String> SEVERITIES =
      List.of("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug");

  private static final List<String> FACILITIES =
      List.of(
          "kern",
          "user",
          "mail",
          "daemon",
          "auth",
          "syslog",
          "lpr",
          "news",
          "uucp",
          "cron",
          "authpriv",
          "ftp",
          "ntp",
          "audit",
          "alert",
          "clockd",
          "local0",
          "local1",
          "local2",
          "local3",
          "local4",
          "local5",
          "local6",
          "local7");

  private static final List<String> MONTHS =
      List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

  private static final String OLD_NAME = "RFC3164";
  private static final String NEW_NAME = "RFC5424";

  private static final String WORD = "[!-~]+";

  /** A name before a colon or a bracket. */
  private static final String APPLICATION = "[!-~&&[^:\\[]]+";

  private static final String PROCESS = "[!-~&&[^\\]]]+";

  private static final Pattern OLD =
      Pattern.compile(
          "<(?<priority>[0-9]{1,3})>(?<month>[A-Z][a-z]{2}) {1,2}(?<day>[0-9]{1,2})"
              + " (?<time>[0-9]{2}:[0-9]{2}:[0-9]{2}) (?<host>%s) (?<app>%s)(?:\\[(?<pid>%s)\\])?: ?"
                  .formatted(WORD, APPLICATION, PROCESS));

  private static final Pattern NEW =
      Pattern.compile(
          "<(?<priority>[0-9]{1,3})>(?<version>[1-9][0-9]{0,2})"
              + " (?<time>-|[0-9-]{10}T[0-9:]{8}(?:\\.[0-9]{1,6})?(?:Z|[+-][0-9:]{5}))"
              + " (?<host>%1$s) (?<app>%1$s) (?<pid>%1$s) (?<id>%1$s) ".formatted(WORD));

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  private static final long NANOS = 1_000_000_000;

  @Override
  public String name() {
    return "syslog";
  }

  @Override
  public Value decode(byte[] bytes, long ingestNanos) {
    String text = Utf8.text(bytes);
    RecordValue message = decodeNew(text);
    if (message == null) {
      message = decodeOld(text, ingestNanos);
    }
    return message == null ? fields(null, OLD_NAME).put("msg", Value.of(text)).build() : message;
  }

  /** All fields of a message, without values but for those of its priority. */
  private static RecordValue.Builder fields(@Nullable Integer priority, String protocol) {
    RecordValue.Builder fields = RecordValue.builder();
    for (String field :
        List.of(
            "severity",
            "facility",
            "hostname",
            "appname",
            "msg",
            "procid",
            "msgid",
            "protocol",
            "protocol_version",
            "structured_data",
            "timestamp")) {
      fields.put(field, Value.NULL);
    }
    if (priority != null) {
      fields.put("severity", Value.of(SEVERITIES.get(priority % SEVERITIES.size())));
      fields.put("facility", Value.of(FACILITIES.get(priority / SEVERITIES.size())));
    }
    return fields.put("protocol", Value.of(protocol));
  }

  private static @Nullable Integer priority(Matcher header) {
    int priority = Integer.parseInt(header.group("priority"));
    return priority < FACILITIES.size() * SEVERITIES.size() ? priority : null;
  }

  private static Value word(@Nullable String word) {
    return word == null || word.equals("-") ? Value.NULL : Value.of(word);
  }

  private static Value process(@Nullable String id) {
    return id != null && NUMBER.matcher(id).matches() ? Value.of(Long.parseLong(id)) : word(id);
  }

  private static @Nullable RecordValue decodeNew(String text) {
    Matcher header = NEW.matcher(text);
    Integer priority = header.lookingAt() ? priority(header) : null;
    if (priority == null) {
      return null;
    }
    SyslogData data = SyslogData.read(text, header.end());
    Value time = time(header.group("time"));
    if (data == null || time == null) {
      return null;
    }
    boolean hasText = data.end() < text.length();
    if (hasText && text.charAt(data.end()) != ' ') {
      return null;
    }
    return fields(priority, NEW_NAME)
        .put("hostname", word(header.group("host")))
        .put("appname", word(header.group("app")))
        .put("msg", hasText ? Value.of(text.substring(data.end() + 1)) : Value.NULL)
        .put("procid", process(header.group("pid")))
        .put("msgid", word(header.group("id")))
        .put("protocol_version", Value.of(Long.parseLong(header.group("version"))))
        .put("structured_data", data.value())
        .put("timestamp", time)
        .build();
  }

  private static @Nullable Value time(String time) {
    if (time.equals("-")) {
      return Value.NULL;
    }
    try {
      return Value.of(nanos(OffsetDateTime.parse(time).toInstant()));
    } catch (DateTimeException | ArithmeticException e) {
      return null;
    }
  }

  private static long nanos(Instant time) {
    return Math.addExact(Math.multiplyExact(time.getEpochSecond(), NANOS), time.getNano());
  }

  private static @Nullable RecordValue decodeOld(String text, long ingestNanos) {
    Matcher header = OLD.matcher(text);
    Integer priority = header.lookingAt() ? priority(header) : null;
    Value time = priority == null ? null : time(header, ingestNanos);
    if (priority == null || time == null) {
      return null;
    }
    return fields(priority, OLD_NAME)
        .put("hostname", word(header.group("host")))
        .put("appname", word(header.group("app")))
        .put("msg", Value.of(text.substring(header.end())))
        .put("procid", process(header.group("pid")))
        .put("timestamp", time)
        .build();
  }

  /** The year is the last in which the message can have been written; clocks may be days apart. */
  private static @Nullable Value time(Matcher header, long ingestNanos) {
    LocalDateTime latest =
        LocalDateTime.ofInstant(Instant.ofEpochSecond(0, ingestNanos), ZoneOffset.UTC).plusDays(7);
    int month = MONTHS.indexOf(header.group("month")) + 1;
    for (int year : new int[] {latest.getYear(), latest.getYear() - 1}) {
      try {
        LocalDateTime time =
            LocalDateTime.of(year, month, Integer.parseInt(header.group("day")), 0, 0)
                .with(LocalTime.parse(header.group("time")));
        if (!time.isAfter(latest)) {
          return Value.of(nanos(time.toInstant(ZoneOffset.UTC)));
        }
      } catch (DateTimeException e) {
        // The other year may have that day.
      }
    }
    return null;
  }

  @Override
  public byte[] encode(Value value) {
    if (!(value instanceof RecordValue message
        && message.get("protocol") instanceof Value.Text(String protocol))) {
      throw new CodecException("a message of syslog is a record with the field protocol");
    }
    return Utf8.bytes(
        switch (protocol) {
          case OLD_NAME -> encodeOld(message);
          case NEW_NAME -> encodeNew(message);
          default ->
              throw new CodecException(
                  "the protocol of a message of syslog is " + OLD_NAME + " or " + NEW_NAME);
        });
  }

  private static boolean isMissing(@Nullable Value value) {
    return value == null || value.equals(Value.NULL);
  }

  private static String encodeOld(RecordValue message) {
    String text = message.get("msg") instanceof Value.Text(String msg) ? msg : "";
    if (isMissing(message.get("severity")) && isMissing(message.get("facility"))) {
      return text;
    }
    Instant written = time(message);
    if (written == null) {
      throw new CodecException("a message of " + OLD_NAME + " has a timestamp");
    }
    LocalDateTime time = LocalDateTime.ofInstant(written, ZoneOffset.UTC);
    String month = MONTHS.get(time.getMonthValue() - 1);
    return "<%d>%s %2d %02d:%02d:%02d %s %s%s: %s"
        .formatted(
            priority(message),
            month,
            time.getDayOfMonth(),
            time.getHour(),
            time.getMinute(),
            time.getSecond(),
            word(message, "hostname", WORD),
            word(message, "appname", APPLICATION),
            isMissing(message.get("procid")) ? "" : "[" + word(message, "procid", PROCESS) + "]",
            text);
  }

  private static String encodeNew(RecordValue message) {
    if (!(message.get("protocol_version") instanceof Value.Int(long version))
        || version < 1
        || version > 999) {
      throw new CodecException("the protocol_version is no integer from 1 to 999");
    }
    Instant time = time(message);
    StringBuilder line =
        new StringBuilder("<")
            .append(priority(message))
            .append('>')
            .append(version)
            .append(' ')
            .append(time == null ? "-" : time.truncatedTo(ChronoUnit.MICROS));
    for (String field : List.of("hostname", "appname", "procid", "msgid")) {
      line.append(' ').append(word(message, field, WORD));
    }
    line.append(' ');
    SyslogData.write(message.get("structured_data"), line);
    return switch (message.get("msg")) {
      case Value.Text(String text) -> line.append(' ').append(text).toString();
      case null, default -> line.toString();
    };
  }

  private static int priority(RecordValue message) {
    return place(message, "facility", FACILITIES) * SEVERITIES.size()
        + place(message, "severity", SEVERITIES);
  }

  private static int place(RecordValue message, String field, List<String> names) {
    int place = message.get(field) instanceof Value.Text(String name) ? names.indexOf(name) : -1;
    if (place < 0) {
      throw new CodecException("the " + field + " is none of " + String.join(", ", names));
    }
    return place;
  }

  private static @Nullable Instant time(RecordValue message) {
    Value time = message.get("timestamp");
    if (isMissing(time)) {
      return null;
    }
    if (!(time instanceof Value.Int(long nanos))) {
      throw new CodecException("the timestamp is no integer of nanoseconds");
    }
    return Instant.ofEpochSecond(0, nanos);
  }

  private static String word(RecordValue message, String field, String form) {
    Value value = message.get(field);
    String word =
        switch (value) {
          case Value.Text(String text) -> text;
          case Value.Int(long number) -> Long.toString(number);
          case Value.Null _ -> "-";
          case null -> "-";
          default -> "";
        };
    if (!word.matches(form)) {
      throw new CodecException("the " + field + " has no form in syslog");
    }
    return word;
  }
}
