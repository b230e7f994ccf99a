package io.holdfast.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.SAXException;

final class PlotTest {
  @TempDir private Path folder;

  private static Document parse(Path file)
      throws IOException, ParserConfigurationException, SAXException {
    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
  }

  @Test
  void aBarIsAsLongAsTheLogarithmOfItsValue()
      throws IOException, ParserConfigurationException, SAXException {
    BarPlot plot = new BarPlot("What <is> seen & drawn", "per second");
    plot.add("one", "ours", 10);
    plot.add("one", "its", 1000);
    plot.add("two", "ours", 0);
    Path file = folder.resolve("new/bars.svg");
    plot.write(file);
    var bars = parse(file).getElementsByTagName("rect");
    assertThat(bars.getLength()).isEqualTo(2);
    double[] widths = new double[2];
    for (int i = 0; i < widths.length; i++) {
      widths[i] =
          Double.parseDouble(bars.item(i).getAttributes().getNamedItem("width").getNodeValue());
    }
    // The scale begins at 1, so that the shortest bar is seen: one decade against three.
    assertThat(widths[1] / widths[0]).isBetween(2.9, 3.1);
  }

  @Test
  void aLineHasItsPointsAndItsName()
      throws IOException, ParserConfigurationException, SAXException {
    LogPlot plot = new LogPlot("Cost", "MiB", "us");
    plot.add("open", 1, 5);
    plot.add("open", 1000, 50);
    plot.add("open", 0, 50);
    Path file = folder.resolve("lines.svg");
    plot.write(file);
    Document drawn = parse(file);
    assertThat(drawn.getElementsByTagName("polyline").getLength()).isEqualTo(1);
    // Two points, and one before the name.
    assertThat(drawn.getElementsByTagName("circle").getLength()).isEqualTo(3);
    assertThat(Files.readString(file)).contains(">open<", ">1k<");
  }

  @Test
  void nothingIsDrawnOfNothing() throws IOException {
    new BarPlot("none", "").write(folder.resolve("none.svg"));
    new LogPlot("none", "", "").write(folder.resolve("none.svg"));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void valuesAreWrittenInFewLetters() {
    assertThat(LogScale.text(0.5)).isEqualTo("500m");
    assertThat(LogScale.text(1)).isEqualTo("1");
    assertThat(LogScale.text(2.25)).isEqualTo("2.3");
    assertThat(LogScale.text(1000)).isEqualTo("1k");
    assertThat(LogScale.text(12_345)).isEqualTo("12k");
    assertThat(LogScale.text(3_400_000)).isEqualTo("3.4M");
  }

  @Test
  void theMiddleOfSeveralRoundsCounts() {
    assertThat(Spread.of(3, 1, 2)).isEqualTo(new Spread(2, 1, 3));
    assertThat(Spread.of(4, 2).median()).isEqualTo(3);
    assertThat(Spread.of(4, 2).factor()).isEqualTo(2);
  }
}
