package io.holdfast.cli.kill;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What was sent, what the source was told is accepted, and what has arrived, over all lives of a
 * server. Thread-safe.
 *
 * <p>An event may arrive more than once. Its first arrival stands in the order in which it was
 * sent, with nothing missing before it: what a life has accepted is the beginning of what it read.
 */
final class Ledger {
  private static final Pattern NUMBERS =
      Pattern.compile("\\{\"life\":(\\d{1,9}),\"number\":(\\d{1,9}),.*", Pattern.DOTALL);

  /** Of each life, how many events it could read, was promised, and has got through. */
  private static final class Life {
    final int sent;
    int accepted;
    int arrived;

    Life(int sent) {
      this.sent = sent;
    }
  }

  private final List<Life> lives = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();

  /** The life of which something arrived last for the first time. */
  private int current;

  private long arrivals;

  /** A life begins that can read so many events; returns its number. */
  synchronized int begin(int sent) {
    lives.add(new Life(sent));
    return lives.size() - 1;
  }

  /** The source of a life was told that an event is accepted. */
  synchronized void accepted(int life, int number) {
    Life of = lives.get(life);
    if (number >= of.sent) {
      wrong.add("accepted of life " + life + " what was not sent: " + number);
    }
    of.accepted = Math.max(of.accepted, number + 1);
  }

  /** The peer has read a message. */
  synchronized void arrived(String message) {
    arrivals++;
    Matcher numbers = NUMBERS.matcher(message);
    if (!numbers.matches()) {
      wrong.add("nobody sent this: " + message);
      return;
    }
    int life = Integer.parseInt(numbers.group(1));
    int number = Integer.parseInt(numbers.group(2));
    if (life >= lives.size() || number >= lives.get(life).sent) {
      wrong.add("nobody sent this: " + message);
      return;
    }
    if (!message.equals(Lines.of(life, number))) {
      wrong.add(number + " of life " + life + " came with other bytes: " + message);
    }
    Life of = lives.get(life);
    if (number < of.arrived) {
      return;
    }
    if (number > of.arrived || life < current) {
      wrong.add(
          "%d of life %d arrives first behind %d events of it, and %d of life %d"
              .formatted(number, life, of.arrived, lives.get(current).arrived, current));
    }
    of.arrived = number + 1;
    current = life;
  }

  /** Something else that must not be. */
  synchronized void complain(String what) {
    wrong.add(what);
  }

  /** What is wrong when everything that is kept has been delivered. */
  synchronized List<String> wrongWhenSettled() {
    List<String> all = new ArrayList<>(wrong);
    for (int i = 0; i < lives.size(); i++) {
      Life life = lives.get(i);
      if (life.arrived < life.accepted) {
        all.add(
            "life %d: %d events were accepted, but %d arrived"
                .formatted(i, life.accepted, life.arrived));
      }
    }
    return all;
  }

  /** What is wrong already. */
  synchronized List<String> wrong() {
    return List.copyOf(wrong);
  }

  /** How many events sources were told are accepted. */
  synchronized long accepted() {
    return lives.stream().mapToLong(life -> life.accepted).sum();
  }

  /** How many events have arrived, each counted once. */
  synchronized long arrived() {
    return lives.stream().mapToLong(life -> life.arrived).sum();
  }

  /** How many messages have arrived. */
  synchronized long arrivals() {
    return arrivals;
  }
}
