// Charts drawn from the tables beside them: the numbers stand in the page, the drawing is an extra.
"use strict";

const charts = [];
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function series(table) {
  const names = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent.trim());
  const rows = [...table.tBodies[0].rows];
  const days = rows.map((row) => row.cells[0].dataset.value);
  const values = names.map((_, at) => rows.map((row) => Number(row.cells[at + 1].dataset.value)));
  return { names, days, values };
}

const muted = () => ({ color: token("--muted"), fontFamily: token("--type"), fontSize: 12 });
const language = document.documentElement.lang;
const compact = new Intl.NumberFormat(language, { notation: "compact" });
const shortDay = new Intl.DateTimeFormat(language, { month: "short", day: "numeric" });

function frame(text, top) {
  return {
    animation: false,
    textStyle: text,
    grid: { left: 8, right: 12, top, bottom: 4, containLabel: true },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      backgroundColor: token("--surface"),
      borderColor: token("--line"),
      textStyle: { ...text, color: token("--ink") },
      valueFormatter: (value) => value.toLocaleString(language),
      axisPointer: { type: "line" },
    },
    yAxis: {
      type: "value",
      axisLabel: { ...text, formatter: (value) => compact.format(value) },
      splitLine: { lineStyle: { color: token("--line") } },
    },
  };
}

function ageing(place) {
  const { names, days, values } = series(document.getElementById(place.dataset.table));
  const text = muted();
  return {
    ...frame(text, 44),
    legend: { top: 0, left: 0, icon: "roundRect", itemWidth: 12, itemHeight: 12, textStyle: text },
    xAxis: {
      type: "time",
      axisLine: { lineStyle: { color: token("--line") } },
      axisTick: { show: false },
      axisPointer: { label: { formatter: ({ value }) => shortDay.format(value) } },
      axisLabel: { ...text, hideOverlap: true, formatter: (moment) => shortDay.format(moment) },
    },
    series: names.map((name, at) => ({
      name,
      type: "line",
      stack: "all",
      symbol: "none",
      data: days.map((day, row) => [day, values[at][row]]),
      lineStyle: { width: 1, color: token("--surface") },
      areaStyle: { color: token(`--band-${at + 1}`), opacity: 1 },
      itemStyle: { color: token(`--band-${at + 1}`) },
    })),
  };
}

function bands(place) {
  const rows = [...document.getElementById(place.dataset.table).querySelectorAll("tr[data-bar]")];
  const text = muted();
  return {
    ...frame(text, 12),
    xAxis: {
      type: "category",
      data: rows.map((row) => row.cells[0].textContent.trim()),
      axisLine: { lineStyle: { color: token("--line") } },
      axisTick: { show: false },
      axisLabel: text,
    },
    series: [
      {
        type: "bar",
        barMaxWidth: 64,
        data: rows.map((row, at) => ({
          value: Number(row.dataset.bar),
          itemStyle: { color: token(`--band-${at + 1}`), borderRadius: [4, 4, 0, 0] },
        })),
      },
    ],
  };
}

const drawings = { ageing, bands };

function draw() {
  for (const { chart, place } of charts) chart.setOption(drawings[place.dataset.chart](place), true);
}

document.addEventListener("DOMContentLoaded", () => {
  for (const place of document.querySelectorAll("[data-chart]")) {
    charts.push({ place, chart: echarts.init(place, null, { renderer: "canvas" }) });
  }
  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  addEventListener("resize", () => charts.forEach(({ chart }) => chart.resize()));
});
