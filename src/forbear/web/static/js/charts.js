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

function ageing(place) {
  const { names, days, values } = series(document.getElementById(place.dataset.table));
  const muted = token("--muted");
  const compact = new Intl.NumberFormat(document.documentElement.lang, { notation: "compact" });
  const shortDay = new Intl.DateTimeFormat(document.documentElement.lang, { month: "short", day: "numeric" });
  const text = { color: muted, fontFamily: token("--type"), fontSize: 12 };
  return {
    animation: false,
    textStyle: text,
    grid: { left: 8, right: 12, top: 44, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, icon: "roundRect", itemWidth: 12, itemHeight: 12, textStyle: text },
    tooltip: {
      trigger: "axis",
      axisPointer: { label: { formatter: ({ value }) => shortDay.format(value) } },
      renderMode: "richText",
      backgroundColor: token("--surface"),
      borderColor: token("--line"),
      textStyle: { ...text, color: token("--ink") },
      valueFormatter: (value) => value.toLocaleString(document.documentElement.lang),
    },
    xAxis: { type: "time", axisLine: { lineStyle: { color: token("--line") } }, axisTick: { show: false }, axisLabel: { ...text, hideOverlap: true, formatter: (moment) => shortDay.format(moment) } },
    yAxis: { type: "value", axisLabel: { ...text, formatter: (value) => compact.format(value) }, splitLine: { lineStyle: { color: token("--line") } } },
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

function draw() {
  for (const { chart, place } of charts) chart.setOption(ageing(place), true);
}

document.addEventListener("DOMContentLoaded", () => {
  for (const place of document.querySelectorAll("[data-chart]")) {
    charts.push({ place, chart: echarts.init(place, null, { renderer: "canvas" }) });
  }
  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  addEventListener("resize", () => charts.forEach(({ chart }) => chart.resize()));
});
