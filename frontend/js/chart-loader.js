// The chart library is heavy: it is fetched only by pages that show a chart.
import { all } from "./dom.js";

const address = document.querySelector("script[data-charts]")?.dataset.charts;

export async function chartLoader(tree) {
  const places = all(tree, "[data-chart]").filter((place) => place.dataset.source || place.dataset.chart);
  if (!places.length || !address) return;
  const { draw } = await import(address);
  places.forEach(draw);
}
