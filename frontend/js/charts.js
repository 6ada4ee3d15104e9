// Draws <div data-chart data-source="id of a json script"> with ECharts.
//
// The JSON is {"kind": "line"|"bar"|"area", "x": [...], "series": [{"name", "data",
// "style": "solid"|"dashed"|"area"}], "yName", "title"}. A series of style "band" has "low" and
// "high" instead of "data". Missing numbers are gaps, never zero.
// A button turns the chart into a table with the same numbers.
import { BarChart, LineChart } from "echarts/charts";
import {
  AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent,
} from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

import { language, make, say } from "./dom.js";

use([
  BarChart, LineChart, AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent,
  CanvasRenderer,
]);

// Canvas cannot read light-dark(): a probe element resolves the colour.
function colour(name) {
  const probe = make("span", { class: `probe probe-${name}` });
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

const palette = () => [1, 2, 3, 4, 5, 6].map((number) => colour(`series-${number}`));

function series(option, each, index) {
  const isBar = option.kind === "bar" && !each.style;
  const area = each.style === "area" || (option.kind === "area" && !each.style);
  return {
    name: each.name,
    type: isBar ? "bar" : "line",
    data: each.data,
    stack: each.stack,
    barMaxWidth: 28,
    itemStyle: { borderRadius: [3, 3, 0, 0] },
    showSymbol: each.data.filter((value) => value !== null).length < 2,
    symbolSize: 6,
    lineStyle: { width: each.style === "dashed" ? 1.75 : 2.5, type: each.style === "dashed" ? [5, 5] : "solid" },
    areaStyle: area ? { opacity: 0.12 } : undefined,
    connectNulls: false,
    z: each.style === "dashed" ? 1 : 2 + index,
  };
}

// A band is two lines stacked: an invisible one below, and what lies between as an area.
function band(each, index) {
  const line = (name, data, area) => ({
    name, data, type: "line", stack: `band-${index}`, stackStrategy: "all", showSymbol: false, silent: true, z: 0,
    lineStyle: { opacity: 0 }, areaStyle: area ? { opacity: 0.18 } : undefined, tooltip: { show: false },
  });
  const between = each.high.map((high, at) => (high == null ? null : high - each.low[at]));
  return [line(`${each.name} `, each.low, false), line(each.name, between, true)];
}

function marks(option, colours) {
  return {
    silent: true, symbol: "none", animation: false,
    lineStyle: { color: colours.thread, type: "dashed", width: 1 },
    label: {
      formatter: ({ data }) => data.name, color: colours.surface, backgroundColor: colours.thread, borderRadius: 8,
      padding: [2, 6], fontSize: 11,
    },
    data: option.marks.map(({ x, name }) => ({ xAxis: x, name })),
  };
}

const numbersOf = ({ data, high }) => data ?? high;

function axes(option, colours) {
  const text = { color: colours.quiet, fontSize: 12 };
  const largest = Math.max(...option.series.flatMap(numbersOf).map((value) => Math.abs(value ?? 0)));
  const numbers = new Intl.NumberFormat(language(), largest < 100_000
    ? { maximumFractionDigits: 2 } : { notation: "compact", maximumFractionDigits: 2 });
  return {
    xAxis: {
      type: "category", data: option.x, boundaryGap: option.kind === "bar",
      axisLine: { lineStyle: { color: colours.line } }, axisTick: { show: false },
      axisLabel: { ...text, hideOverlap: true },
    },
    yAxis: {
      type: "value", name: option.yName, scale: option.kind !== "bar",
      nameTextStyle: { ...text, align: "left" }, nameGap: 14,
      axisLabel: { ...text, formatter: (value) => numbers.format(value) },
      splitLine: { lineStyle: { color: colours.line } },
    },
  };
}

function settings(option) {
  const colours = { ink: colour("ink"), quiet: colour("quiet"), line: colour("line"), surface: colour("surface"), thread: colour("thread") };
  const face = getComputedStyle(document.body).fontFamily;
  const many = option.series.length > 1;
  const wraps = option.series.length > 3 && innerWidth < 600;
  return {
    color: palette(),
    textStyle: { fontFamily: face },
    animationDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 300,
    aria: { enabled: true, label: { description: option.title } },
    grid: { left: 8, right: 16, top: option.marks?.length ? 48 : option.yName ? 34 : 16, bottom: wraps ? 60 : many ? 36 : 8, containLabel: true },
    legend: many ? { data: option.series.map(({ name }) => name), bottom: 0, left: 0, icon: "roundRect", itemHeight: 4, itemWidth: 16, textStyle: { color: colours.quiet, fontFamily: face } } : undefined,
    tooltip: {
      trigger: "axis", renderMode: "richText", confine: true,
      backgroundColor: colours.surface, borderColor: colours.line,
      textStyle: { color: colours.ink, fontFamily: face, fontSize: 13 },
      axisPointer: { lineStyle: { color: colours.quiet, type: "dashed" } },
    },
    ...axes(option, colours),
    series: option.series.flatMap((each, index) => {
      if (each.style === "band") return band(each, index);
      const drawn = series(option, each, index);
      return [index === 0 && option.marks?.length ? { ...drawn, markLine: marks(option, colours) } : drawn];
    }),
  };
}

function cell(each, index, numbers) {
  const shown = (value) => (value == null ? "–" : numbers.format(value));
  return each.data ? shown(each.data[index]) : `${shown(each.low[index])} – ${shown(each.high[index])}`;
}

function table(option) {
  const numbers = new Intl.NumberFormat(language(), { maximumFractionDigits: 2 });
  const head = make("tr", {}, make("th", { scope: "col" }, say("date")),
    ...option.series.map((each) => make("th", { scope: "col", class: "end" }, each.name)));
  const rows = option.x.map((x, index) => make("tr", {}, make("th", { scope: "row" }, x),
    ...option.series.map((each) => make("td", { class: "end" }, cell(each, index, numbers)))));
  const made = make("table", { class: "table" }, make("thead", {}, head), make("tbody", {}, ...rows));
  return make("div", { class: "table-wrap chart-table", hidden: "", tabindex: "0" }, made);
}

function addToggle(place, canvas, option, chart) {
  const shown = table(option);
  const button = make("button", { type: "button", class: "btn btn-sm btn-ghost chart-toggle" }, say("table"));
  button.addEventListener("click", () => {
    shown.hidden = !shown.hidden;
    canvas.hidden = !shown.hidden;
    button.textContent = say(shown.hidden ? "table" : "chart");
    if (!canvas.hidden) chart.resize();
  });
  place.append(button, shown);
}

const hasTable = (place) => place.nextElementSibling?.matches("details, .table-wrap");

function readOption(place) {
  const holder = document.getElementById(place.dataset.source || place.dataset.chart);
  return holder ? JSON.parse(holder.textContent) : null;
}

export function draw(place) {
  if (place.dataset.drawn) return;
  const option = readOption(place);
  if (!option) return;
  place.dataset.drawn = "1";
  const canvas = make("div", { class: "chart-canvas", role: "img", "aria-label": option.title ?? option.yName ?? "" });
  place.append(canvas);
  const chart = init(canvas, null, { renderer: "canvas" });
  chart.setOption(settings(option));
  if (!hasTable(place)) addToggle(place, canvas, option, chart);
  new ResizeObserver(() => !canvas.hidden && chart.resize()).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => chart.setOption(settings(option), true));
}
