import io.holdfast.campaign.Campaign;
import io.holdfast.campaign.Subject;

/** Has recorded how many faults were put in, and all caught. */
public final class Caught {
  private Caught() {}

  /** The number of faults. */
  public static void main(String[] args) {
    Campaign.ran(Subject.ENGINE, "faults put in, and caught by the tests", Long.parseLong(args[0]));
  }
}
