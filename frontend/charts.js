// Charts of 统计分析: data from the JSON of the page, drawn as SVG. Loaded only by pages with charts.
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, AriaComponent, GridComponent, LegendComponent, SVGRenderer]);

const INK = "#1c2733";
const SOFT = "#556272";
const LINE = "#d5dce4";
const FONT = getComputedStyle(document.body).fontFamily;
const TEXT = { color: INK, fontFamily: FONT, fontSize: 13 };
// Colours differ in lightness too; stripes tell the plan from what was done where there is no colour.
const STRIPES = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: Math.PI / 4, color: "#8fa9cc" };
const PLAIN = { symbol: "none" };
const COLOURS = ["#dbe5f2", "#1d4f91"];
const NARROW = 560;
const PAPER = 660; // pixels that fit between the margins of A4

const axisLine = { lineStyle: { color: LINE } };
const number = (text) => (text === null ? null : Number(text));

function bars(data, narrow) {
  const one = data.series.length === 1;
  return {
    grid: { left: 4, right: narrow ? 44 : 64, top: one ? 4 : 30, bottom: 4, containLabel: true },
    xAxis: { type: "value", axisLabel: { show: false }, splitLine: { lineStyle: { color: LINE } } },
    yAxis: {
      type: "category", inverse: true, data: data.labels, axisLine, axisTick: { show: false },
      axisLabel: { ...TEXT, interval: 0, width: narrow ? 96 : 180, overflow: "truncate" },
    },
    series: data.series.map((series, i) => ({
      type: "bar", name: series.name, data: series.values.map(number), barMaxWidth: 18, barGap: "15%",
      cursor: data.urls.length ? "pointer" : "default",
      itemStyle: {
        color: one ? COLOURS[1] : COLOURS[i], borderColor: "#1d4f91", borderWidth: 1,
        decal: !one && i === 0 ? STRIPES : PLAIN,
      },
      label: { ...TEXT, show: true, position: "right", formatter: ({ dataIndex }) => series.values[dataIndex] },
    })),
  };
}

/** The place of the newest value: the only one written on a phone, where they would cover one another. */
function last(values) {
  return values.reduce((found, value, at) => (value === null || value === "" ? found : at), -1);
}

function lines(data, narrow) {
  return {
    grid: { left: 4, right: narrow ? 16 : 30, top: 36, bottom: 4, containLabel: true },
    xAxis: { type: "category", data: data.labels, axisLine, axisLabel: { ...TEXT, interval: narrow ? 1 : 0 } },
    yAxis: { type: "value", axisLabel: { ...TEXT, color: SOFT }, splitLine: { lineStyle: { color: LINE } } },
    series: data.series.map((series, i) => ({
      type: "line", name: series.name, data: series.values.map(number), symbolSize: 8, cursor: "default",
      symbol: i === 0 ? "emptyCircle" : "rect", color: i === 0 ? SOFT : "#1d4f91",
      lineStyle: { width: i === 0 ? 1.5 : 3, type: i === 0 ? "dashed" : "solid" },
      label: {
        ...TEXT, show: !narrow || i === 1, position: i === 0 ? "top" : narrow ? "right" : "bottom",
        formatter: ({ dataIndex }) => (!narrow || dataIndex === last(series.values) ? series.values[dataIndex] : ""),
      },
    })),
  };
}

const KINDS = { bars, lines };

function height(data) {
  if (data.kind === "lines") return 320;
  return data.labels.length * (data.series.length > 1 ? 46 : 32) + 40;
}

function option(data, width) {
  const drawn = KINDS[data.kind](data, width < NARROW);
  const legend = { show: data.series.length > 1, left: 0, top: 0, textStyle: TEXT, selectedMode: false };
  return { animation: false, textStyle: { fontFamily: FONT }, aria: { enabled: false, decal: { show: true } }, legend, ...drawn };
}

/** Draw one chart; a click on a bar, its label or its name opens the list behind it. */
function draw(box, data) {
  box.style.height = `${height(data)}px`;
  const chart = init(box, null, { renderer: "svg" });
  const redraw = (width) => {
    chart.resize({ width: width || "auto" });
    chart.setOption(option(data, width || box.clientWidth), true);
    chart.getZr().flush(); // printing does not wait for the next frame
  };
  redraw();
  chart.on("click", ({ dataIndex }) => {
    if (data.urls[dataIndex]) window.location.assign(data.urls[dataIndex]);
  });
  let width = box.clientWidth;
  window.addEventListener("resize", () => {
    if (box.clientWidth === width) return;
    width = box.clientWidth;
    redraw();
  });
  window.addEventListener("beforeprint", () => redraw(PAPER));
  window.addEventListener("afterprint", () => redraw());
  box.dataset.drawn = "yes";
}

const source = document.getElementById("charts");
if (source) {
  const charts = JSON.parse(source.textContent);
  for (const box of document.querySelectorAll("[data-chart]")) draw(box, charts[box.dataset.chart]);
}
