// The charts: plain SVG as wide as its place, so that letters keep their size. Each has a readout that follows the mouse
// and the arrow keys, and a table with the same numbers.

const SERIES = [
  { colour: "var(--first)", dash: null, mark: "circle" },
  { colour: "var(--second)", dash: "7 3", mark: "square" },
  { colour: "var(--third)", dash: "2 3", mark: "triangle" },
  { colour: "var(--ink)", dash: null, mark: "diamond" },
];

function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function ticksOf(low, high, count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) * power;
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) ticks.push(Number((i * step).toPrecision(10)));
  return ticks;
}

function logTicks(low, high) {
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const factor of [1, 2, 5]) {
      const tick = Number((factor * 10 ** power).toPrecision(3));
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks.length > 7 ? ticks.filter((tick) => /^[0.]*1/.test(String(tick))) : ticks;
}

// A scale: values to pixels. Where values span an order of magnitude it is logarithmic.
function scaleOf(low, high, from, to, logarithmic = false) {
  const warp = logarithmic ? Math.log : (value) => value;
  const clamp = (value) => Math.min(high, Math.max(low, value));
  const at = (value) => from + ((warp(clamp(value)) - warp(low)) / (warp(high) - warp(low) || 1)) * (to - from);
  return { at, low, high, ticks: (count) => (logarithmic ? logTicks(low, high) : ticksOf(low, high, count)), logarithmic };
}

function metricScale(values, from, to) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (low > 0 && high / low >= 10) return scaleOf(low * 0.88, high * 1.12, from, to, true);
  const room = 0.05 * (high - low) || 0.05 * Math.abs(high) || 1;
  return scaleOf(low - room, high + room, from, to);
}

// A chart: a figure with a drawing of a given height, its axes, its readout and its twin
function chart(id, height, words, margins = {}) {
  const figure = byId(id);
  const width = Math.max(280, Math.round(figure.clientWidth || 560));
  const margin = { left: 68, right: 14, top: 10, bottom: 46, ...margins };
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": words });
  const kept = figure.querySelector("details")?.open ?? false;
  figure.replaceChildren(drawing);
  return { figure, drawing, width, height, kept, left: margin.left, right: width - margin.right, top: margin.top, bottom: height - margin.bottom };
}

function drawAxes(one, x, y, words) {
  for (const tick of x.ticks(Math.max(3, Math.round((one.right - one.left) / 90)))) {
    one.drawing.append(svg("line", { class: "gridline", x1: x.at(tick), x2: x.at(tick), y1: one.top, y2: one.bottom }),
      svg("text", { class: "tick", x: x.at(tick), y: one.bottom + 16, "text-anchor": "middle" }, significant(tick, 4)));
  }
  for (const tick of y.ticks(5)) {
    one.drawing.append(svg("line", { class: "gridline", x1: one.left, x2: one.right, y1: y.at(tick), y2: y.at(tick) }),
      svg("text", { class: "tick", x: one.left - 7, y: y.at(tick) + 4, "text-anchor": "end" }, significant(tick, 4)));
  }
  const middle = (one.top + one.bottom) / 2;
  one.drawing.append(svg("text", { x: (one.left + one.right) / 2, y: one.bottom + 37, "text-anchor": "middle" }, words.x),
    svg("text", { x: -middle, y: 13, transform: "rotate(-90)", "text-anchor": "middle" }, words.y));
}

function mark(shape, x, y, size, attributes) {
  if (shape === "square") return svg("rect", { x: x - size, y: y - size, width: 2 * size, height: 2 * size, ...attributes });
  if (shape === "triangle") return svg("path", { d: `M${x} ${y - 1.3 * size}L${x + 1.2 * size} ${y + size}H${x - 1.2 * size}Z`, ...attributes });
  if (shape === "diamond") return svg("path", { d: `M${x} ${y - 1.4 * size}L${x + 1.4 * size} ${y}L${x} ${y + 1.4 * size}L${x - 1.4 * size} ${y}Z`, ...attributes });
  return svg("circle", { cx: x, cy: y, r: size, ...attributes });
}

// What stands below a chart: points are {x, y, words}
function addReadout(one, points, hint) {
  const readout = element("output", { class: "readout", style: "display:block" }, hint);
  const ring = svg("circle", { r: 8, fill: "none", stroke: "var(--ink)", "stroke-width": 2, visibility: "hidden" });
  let current = -1;
  const show = (i) => {
    current = i;
    ring.setAttribute("cx", points[i].x);
    ring.setAttribute("cy", points[i].y);
    ring.setAttribute("visibility", "visible");
    readout.textContent = points[i].words;
  };
  one.drawing.append(ring);
  one.drawing.setAttribute("tabindex", "0");
  one.drawing.addEventListener("pointermove", (event) => {
    const box = one.drawing.getBoundingClientRect();
    const zoom = one.width / box.width;
    const [x, y] = [(event.clientX - box.left) * zoom, (event.clientY - box.top) * zoom];
    const far = points.map((point) => Math.hypot(point.x - x, point.y - y));
    const nearest = far.indexOf(Math.min(...far));
    if (far[nearest] < 24) show(nearest);
  });
  one.drawing.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!step || !points.length) return;
    event.preventDefault();
    show((current + step + points.length) % points.length);
  });
  one.figure.append(readout);
}

function addTwin(one, title, columns, rows) {
  const box = element("details", { class: "twin", open: one.kept }, element("summary", {}, title));
  const fill = () => {
    if (!box.open || box.querySelector("table")) return;
    const head = element("tr", {}, ...columns.map((column) => element("th", { scope: "col" }, column)));
    const body = rows().map((row) => element("tr", {}, ...row.map((cell, i) => element(i ? "td" : "th", i ? {} : { scope: "row" }, cell))));
    const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
    const name = `${title}: ${one.figure.closest("section").querySelector("h2").textContent}`;
    box.append(element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": name }, table));
  };
  box.addEventListener("toggle", fill);
  one.figure.append(box);
  fill();
}

// How it grows

function drawGrowth(one, seen, chosen) {
  const what = measure(one);
  const told = one.criteria[state.criterion];
  const curve = (i) => one.sizes.map((size, j) => [size, told[j]?.means[i]]).filter((point) => isNumber(point[1]));
  const trained = one.predictors.map((key, i) => ({ key, points: curve(i) })).filter((line) => line.points.length && !(line.key in one.needs));
  const named = [...new Set([...seen.rows.map((row) => row.key).filter((key) => !(key in one.needs)).slice(0, 3), chosen])].filter((key) => trained.some((line) => line.key === key));
  const area = chart("growth", 270, `${what.short} by number of measurements; the table below has the numbers`, { right: 122 });
  const values = trained.flatMap((line) => line.points.map((point) => point[1]));
  const usual = values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.9)];
  const x = scaleOf(one.sizes[0], one.sizes.at(-1), area.left, area.right, true);
  const y = what.larger ? scaleOf(Math.max(-0.2, Math.min(0, ...values)), 1, area.bottom, area.top) : scaleOf(0, 1.2 * usual || 1, area.bottom, area.top);
  x.ticks = () => spread(one.sizes, x, 34);
  drawAxes(area, x, y, { x: "measurements (logarithmic)", y: what.axis });
  for (const line of trained.filter((each) => !named.includes(each.key))) area.drawing.append(path(line.points, x, y, { stroke: "var(--grey-line)", "stroke-width": 1.2 }));
  const number = Math.min(one.sizes.at(-1), Math.max(one.sizes[0], state.number));
  area.drawing.append(svg("line", { x1: x.at(number), x2: x.at(number), y1: area.top, y2: area.bottom, stroke: "var(--ink)", "stroke-width": 1.5, "stroke-dasharray": "2 3" }));
  const points = named.flatMap((key, i) => drawSeries(area, trained.find((line) => line.key === key), SERIES[i], x, y, what));
  labelSeries(area, named.map((key, i) => ({ key, ...SERIES[i], y: y.at(trained.find((line) => line.key === key).points.at(-1)[1]) })));
  addReadout(area, points, "Point at a mark, or press the arrow keys in the chart.");
  addTwin(area, "Numbers of this chart", ["predictor", ...one.sizes.map(whole)],
    () => trained.map((line) => [label(line.key), ...one.sizes.map((size) => shown(line.points.find((point) => point[0] === size)?.[1], what.show))]));
}

function shown(value, show) {
  return isNumber(value) ? show(value) : "–";
}

function spread(values, scale, room) {
  const kept = [];
  for (const value of values) if (!kept.length || scale.at(value) - scale.at(kept.at(-1)) >= room) kept.push(value);
  return kept;
}

function path(points, x, y, attributes) {
  return svg("path", { d: points.map(([a, b], i) => `${i ? "L" : "M"}${x.at(a)} ${y.at(b)}`).join(""), fill: "none", "stroke-linejoin": "round", ...attributes });
}

function drawSeries(area, line, look, x, y, what) {
  area.drawing.append(path(line.points, x, y, { stroke: look.colour, "stroke-width": 2.4, "stroke-dasharray": look.dash }));
  return line.points.map(([size, value]) => {
    area.drawing.append(mark(look.mark, x.at(size), y.at(value), 3.6, { fill: look.colour }));
    return { x: x.at(size), y: y.at(value), words: `${label(line.key)} with ${whole(size)} measurements: ${what.short} ${what.show(value)}${what.unit}` };
  });
}

function labelSeries(area, series) {
  const sorted = series.toSorted((a, b) => a.y - b.y);
  let below = Math.min(area.top, area.bottom - 17 * sorted.length);
  for (const one of sorted) {
    const y = Math.max(one.y, below);
    below = y + 17;
    area.drawing.append(mark(one.mark, area.right + 11, y, 3.6, { fill: one.colour }),
      svg("text", { x: area.right + 19, y: y + 4, style: `fill:${one.colour};font-weight:600` }, label(one.key)));
  }
}

// What it costs

function drawCost(one, seen, chosen) {
  const keys = [...new Set([...seen.rows.slice(0, 5).map((row) => row.key), chosen])].filter(Boolean);
  const rows = keys.map((key) => costOf(one, seen, key));
  const all = state.seconds ? state.seconds * one.architectures : null;
  byId("cost-words").textContent = `Measuring, fitting (with its search) and predicting all ${whole(one.architectures)} architectures, on the machine of this run. ` +
    (all ? `Measuring all ${whole(one.architectures)} would take ${duration(all)}.` : "Tell the seconds a measurement to see what measuring takes.");
  const area = chart("cost", 34 * rows.length + 30, "Seconds by predictor; the table of all numbers has them", { left: 0, right: 4, top: 2, bottom: 28 });
  const most = Math.max(...rows.map((row) => row.measuring + row.fit + row.predict));
  const x = scaleOf(0, most || 1, area.left, area.right);
  rows.forEach((row, i) => drawCostRow(area, row, x, area.top + 34 * i));
  legend(area, [...(state.seconds ? [["var(--bar)", "measuring"]] : []), ["var(--accent)", "fitting"], ["var(--ink)", "predicting all"]], area.height - 14);
}

function costOf(one, seen, key) {
  const i = one.predictors.indexOf(key);
  const at = placeOf(one, key, seen.at, state.number);
  const part = (table) => between(at, table[i][at.low], table[i][at.high]) ?? 0;
  const needed = one.needs[key] ?? state.number;
  return { key, measuring: (state.seconds ?? 0) * needed, fit: part(one.fit_seconds), predict: part(one.predict_seconds) };
}

function drawCostRow(area, row, x, top) {
  const parts = [...(state.seconds ? [["var(--bar)", row.measuring]] : []), ["var(--accent)", row.fit], ["var(--ink)", row.predict]];
  const total = parts.reduce((sum, part) => sum + part[1], 0);
  const name = svg("tspan", { style: "font-weight:600" }, label(row.key));
  const words = ` ${duration(total)} = ${parts.map((part) => duration(part[1])).join(" + ")}`;
  area.drawing.append(svg("text", { x: area.left, y: top + 12 }, name, svg("tspan", { class: "tick" }, words)));
  let start = 0;
  for (const [colour, seconds] of parts) {
    area.drawing.append(svg("rect", { x: x.at(start), y: top + 17, width: Math.max(0, x.at(start + seconds) - x.at(start)), height: 10, fill: colour }));
    start += seconds;
  }
}

function legend(area, entries, y) {
  let x = area.left;
  for (const [colour, words] of entries) {
    area.drawing.append(svg("rect", { x, y, width: 11, height: 11, fill: colour }), svg("text", { x: x + 16, y: y + 10 }, words));
    x += 30 + 7 * words.length;
  }
}

// Predicted and true

function drawScatter(one, seen, chosen) {
  const at = nearer(placeOf(one, chosen, seen.at, state.number));
  const predicted = one.scatter?.predicted[one.predictors.indexOf(chosen)]?.[at];
  if (!predicted) return explain("scatter", noPredictions(one.scatter, "Test predictions are kept of the first prediction_seeds splits; this run kept none."));
  const pairs = one.scatter.true.map((value, i) => ({ value, guess: predicted[i], architecture: one.scatter.architectures[i] })).filter((pair) => isNumber(pair.guess));
  const inside = pairs.filter((pair) => Math.abs(pair.guess / pair.value - 1) <= 0.1).length;
  const percent = one.percent[one.predictors.indexOf(chosen)][at];
  byId("scatter-words").textContent = `${pairs.length} test architectures of one split, ${whole(sizeAt(one, chosen, at))} measurements. On the line the prediction is right; ` +
    `${inside} are within 10 % (the band)${isNumber(percent) ? `. Half of all predictions are off by less than ${significant(percent, 2)} %` : ""}.`;
  const area = chart("scatter", 380, `Predicted against true ${one.metric} of ${pairs.length} architectures by ${label(chosen)}; the table below has the numbers`);
  const x = metricScale(pairs.map((pair) => pair.value), area.left, area.right);
  const y = scaleOf(x.low, x.high, area.bottom, area.top, x.logarithmic);
  drawAxes(area, x, y, { x: `true ${unitOf(one)}`, y: `predicted ${unitOf(one)}` });
  drawBand(area, x, y);
  const outside = pairs.filter((pair) => pair.guess < x.low || pair.guess > x.high).length;
  const points = pairs.map((pair) => scatterPoint(area, one, pair, x, y));
  addReadout(area, points, `Point at a dot, or press the arrow keys in the chart, to see the architecture.${outside ? ` Triangles on the edge of the frame: ${outside} beyond it.` : ""}`);
  addTwin(area, "Numbers of this chart", ["architecture", `true (${one.unit})`, `predicted (${one.unit})`, "error (%)"],
    () => pairs.map((pair) => [textOf(one, pair.architecture), significant(pair.value, 4), significant(pair.guess, 4), signed(pair.guess / pair.value - 1)]));
}

const unitOf = (one) => `${one.metric.replaceAll("_", " ")} (${one.unit})`;
const signed = (share) => `${share < 0 ? "−" : "+"}${significant(Math.abs(100 * share), 2)}`;
const sizeAt = (one, key, at) => one.needs[key] ?? one.sizes[at];

function scatterPoint(area, one, pair, x, y) {
  const beyond = pair.guess < y.low || pair.guess > y.high;
  const point = { x: x.at(pair.value), y: y.at(pair.guess) };
  area.drawing.append(mark(beyond ? "triangle" : "circle", point.x, point.y, 3.6, { fill: "var(--accent)", "fill-opacity": 0.65 }));
  const words = `${textOf(one, pair.architecture)}: true ${significant(pair.value)}, predicted ${significant(pair.guess)} ${one.unit} (${signed(pair.guess / pair.value - 1)} %)`;
  return { ...point, words };
}

function drawBand(area, x, y) {
  const steps = [...Array(41).keys()].map((i) => (x.logarithmic ? x.low * (x.high / x.low) ** (i / 40) : x.low + ((x.high - x.low) * i) / 40));
  const edge = (values, factor) => values.map((value) => `${x.at(value)} ${y.at(value + factor * Math.abs(value))}`);
  const outline = [...edge(steps, 0.1), ...edge(steps.toReversed(), -0.1)].join("L");
  area.drawing.append(svg("path", { d: `M${outline}Z`, fill: "var(--ink)", "fill-opacity": 0.09 }),
    svg("line", { class: "axisline", x1: x.at(x.low), y1: y.at(x.low), x2: x.at(x.high), y2: y.at(x.high) }));
}

function explain(id, words) {
  byId(`${id}-words`).textContent = words;
  byId(id).replaceChildren();
}

function noPredictions(kept, words) {
  if (!kept || CONTENTS.kept === null) return words;
  return `To keep this page small, it holds single predictions of the ${CONTENTS.kept} best predictors at each number only. Figures and tables of the run have all.`;
}

// What one would select

function drawFront(one, seen, chosen) {
  const at = chosen ? nearer(placeOf(one, chosen, seen.at, state.number)) : 0;
  const cell = one.front?.cells[one.predictors.indexOf(chosen)]?.[at];
  drawVerify(one, Boolean(cell));
  if (!cell) {
    return explain("front", one.front ? noPredictions(one.front, "This predictor's predictions of all architectures were not kept.")
      : "This part needs accuracies of the architectures, and none belong to this combination (key accuracy of its definition), or no fit of this run predicted all architectures (key selection: seeds).");
  }
  const level = one.front.verified.indexOf(state.verified);
  const picture = frontPoints(one.front, cell, level);
  byId("front-words").textContent = frontWords(one, chosen, at, level, picture);
  const area = chart("front", 380, `${one.front.title} against ${one.metric}: what ${label(chosen)} selects; the table below has the numbers`);
  const { x, y } = frontScales(one, picture, area);
  drawAxes(area, x, y, { x: `${unitOf(one)}, ${one.direction} is better`, y: one.front.label });
  for (const [accuracy, value] of one.front.cloud.filter((row) => row[0] >= y.low && row[0] <= y.high)) area.drawing.append(svg("circle", { cx: x.at(value), cy: y.at(accuracy), r: 1.4, fill: "var(--soft)", "fill-opacity": 0.4 }));
  drawTrueFront(area, one, x, y);
  const points = drawSelected(area, one, picture, x, y);
  const beyond = picture.selected.some((each) => !each.verified && (each.believed < x.low || each.believed > x.high)) ? " A hollow triangle: believed beyond the frame." : "";
  addReadout(area, points, `Point at a mark, or press the arrow keys in the chart, to see the architecture.${beyond}`);
  addTwin(area, "Numbers of this chart", ["architecture", one.front.label, `believed (${one.unit})`, `true (${one.unit})`],
    () => picture.selected.map((each) => [textOf(one, each.architecture), significant(each.accuracy), each.verified ? "measured" : significant(each.believed), significant(each.value)]));
}

function frontPoints(front, cell, level) {
  const believed = new Map(cell.believed);
  const count = Math.min(front.verified[level], cell.promising);
  const measured = new Set(cell.believed.slice(0, count).map((pair) => pair[0]));
  const point = (number) => {
    const [architecture, accuracy, value] = front.points[number];
    // Measured for training: its value is known, so one believes the truth.
    return { architecture, accuracy, value, believed: believed.get(number) ?? value, verified: measured.has(number) || !believed.has(number) };
  };
  const selected = cell.fronts[level].map(point);
  const taken = new Set(cell.fronts[level]);
  return { selected, dropped: [...measured].filter((number) => !taken.has(number)).map(point), count };
}

function frontWords(one, chosen, at, level, picture) {
  const losses = one.front.losses[one.predictors.indexOf(chosen)][at]?.[level] ?? [];
  const range = losses.length > 1 ? `, in the mean of ${losses.length} splits (${listed(losses.map((loss) => significant(loss, 2)))})` : "";
  const worse = one.direction === "smaller" ? "more" : "less";
  const mistake = losses.length ? `At worst, a selected architecture has ${significant(mean(losses), 2)} % ${worse} ${one.metric} than the best whose ${one.front.title} is at least as good${range}. ` : "";
  const how = level ? `The ${picture.count} most promising are measured; one selects among what was measured. ` : "Nothing is verified. ";
  const marks = level ? `Dots: selected; squares: measured and not selected (some may lie below the frame); a line leads from where ${label(chosen)} believed an architecture to be. `
    : `Hollow: where ${label(chosen)} believes an architecture to be; filled: where it is. `;
  return `${how}${mistake}${marks}Stairs: the true front. ${one.front.title[0].toUpperCase()}${one.front.title.slice(1)}; ${whole(sizeAt(one, chosen, at))} measurements, one split.`;
}

function frontScales(one, picture, area) {
  const all = [...picture.selected, ...picture.dropped];
  const known = [...all.map((each) => each.value), ...one.front.true.map((number) => one.front.points[number][2]), ...one.front.cloud.map((row) => row[1])];
  // A value that one believes may be absurd: the frame leaves some room for it, and no more.
  const room = 0.3 * Math.min(...known.map(Math.abs));
  const believed = all.map((each) => each.believed).filter((value) => value > Math.min(...known) - room && value < 1.3 * Math.max(...known));
  const accuracies = [...picture.selected.map((each) => each.accuracy), ...one.front.true.map((number) => one.front.points[number][1])];
  // The lower tenth of all architectures, which nobody selects, would press the front into a corner.
  const ordered = one.front.cloud.map((row) => row[0]).toSorted((a, b) => a - b);
  const edge = Math.round(ordered.length / 10);
  const bounds = one.front.better === "larger" ? [ordered[edge], ordered.at(-1)] : [ordered[0], ordered.at(-1 - edge)];
  const [low, high] = [Math.min(bounds[0], ...accuracies), Math.max(bounds[1], ...accuracies)];
  const margin = 0.05 * (high - low || 1);
  return { x: metricScale([...known, ...believed], area.left, area.right), y: scaleOf(low - margin, high + margin, area.bottom, area.top) };
}

function drawTrueFront(area, one, x, y) {
  const points = one.front.true.map((number) => one.front.points[number]).toSorted((a, b) => a[2] - b[2]);
  const line = points.map(([, accuracy, value], i) => (i ? `${one.direction === "smaller" ? `H${x.at(value)}V${y.at(accuracy)}` : `V${y.at(accuracy)}H${x.at(value)}`}` : `M${x.at(value)} ${y.at(accuracy)}`));
  area.drawing.append(svg("path", { class: "axisline", d: line.join("") }));
}

function drawSelected(area, one, picture, x, y) {
  const describe = (each, role) => `${textOf(one, each.architecture)}: ${one.front.title} ${significant(each.accuracy)}${one.front.unit && ` ${one.front.unit}`}; ` +
    (each.verified ? `measured ${significant(each.value)} ${one.unit}` : `believed ${significant(each.believed)}, true ${significant(each.value)} ${one.unit} (${signed(each.value / each.believed - 1)} %)`) + role;
  const points = [];
  for (const each of picture.dropped.filter((one) => one.accuracy >= y.low && one.accuracy <= y.high)) {
    const [a, b] = [x.at(each.value), y.at(each.accuracy)];
    area.drawing.append(svg("line", { x1: x.at(each.believed), x2: a, y1: b, y2: b, stroke: "var(--second)", "stroke-opacity": 0.5 }),
      mark("square", a, b, 2.6, { fill: "var(--second)" }));
    points.push({ x: a, y: b, words: describe(each, "; verified, and not selected") });
  }
  for (const each of picture.selected) {
    const [believed, value, b] = [x.at(each.believed), x.at(each.value), y.at(each.accuracy)];
    area.drawing.append(svg("line", { x1: believed, x2: value, y1: b, y2: b, stroke: "var(--accent)", "stroke-width": 1.6 }));
    const beyond = each.believed < x.low || each.believed > x.high;
    if (!each.verified) area.drawing.append(mark(beyond ? "triangle" : "circle", believed, b, 5, { fill: "var(--ground)", stroke: "var(--accent)", "stroke-width": 2 }));
    area.drawing.append(svg("circle", { cx: value, cy: b, r: 5, fill: "var(--accent)" }));
    points.push({ x: value, y: b, words: describe(each, "; selected") });
  }
  return points;
}

function drawVerify(one, possible) {
  const focused = document.activeElement?.name === "verified";
  const buttons = (possible ? one.front.verified : []).map((count) => {
    const radio = element("input", { type: "radio", name: "verified", value: count, class: "hidden-text", checked: count === state.verified });
    radio.addEventListener("change", () => change({ verified: count }));
    return element("label", {}, radio, count ? `verify ${count}` : "verify none");
  });
  byId("verify").replaceChildren(...buttons);
  if (focused) byId("verify").querySelector("input:checked")?.focus();
}
