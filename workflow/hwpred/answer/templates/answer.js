"use strict";
// The question and its answer: what is asked (the state), who is best, the sentence, the ranking.
// Whatever is a statistic was computed in Python. Between two training sizes, numbers are interpolated here.

const CONTENTS = JSON.parse(document.getElementById("contents").textContent);
const MANY = 10; // combinations above which a search appears
const STEPS = 1000; // of the slider
const NAMED = 4; // tied predictors that a sentence names

const byId = (id) => document.getElementById(id);
const label = (key) => CONTENTS.labels[key] ?? key;
const combination = () => CONTENTS.combinations.find((one) => one.combination === state.combination);
const textOf = (one, architecture) => CONTENTS.texts[one.space][architecture] ?? `architecture ${architecture}`;

const state = { combination: null, number: null, criterion: "tau", predictor: null, verified: 0, seconds: null };

// Numbers in words

function significant(value, digits = 3) {
  if (value === 0) return "0";
  const size = Math.floor(Math.log10(Math.abs(value)));
  if (size < -5) return value.toExponential(digits - 1);
  return value.toLocaleString("en", { maximumFractionDigits: Math.max(0, digits - 1 - size), minimumFractionDigits: 0 });
}

function duration(seconds) {
  if (seconds < 0.001) return "<1 ms";
  if (seconds < 1) return `${significant(1000 * seconds, 2)} ms`;
  if (seconds < 100) return `${significant(seconds, 2)} s`;
  if (seconds < 6000) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172800) return `${significant(seconds / 3600, 2)} h`;
  return `${significant(seconds / 86400, 2)} days`;
}

const whole = (number) => number.toLocaleString("en");
const isNumber = (value) => typeof value === "number";
const measurements = (number) => `${whole(number)} measurement${number === 1 ? "" : "s"}`;
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

function listed(words, word = "and") {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${word} ${words.at(-1)}`;
}

// What may count

function measure(one, key = state.criterion) {
  const verified = /^regret_(\d+)$/.exec(key);
  if (key === "tau") {
    return {
      name: "Ranking: Kendall's τ", short: "τ", axis: "Kendall's τ", unit: "", larger: true, show: (value) => value.toFixed(3),
      words: "1 is a perfect ranking, 0 is chance.",
    };
  }
  if (key === "error") {
    return {
      name: `Error: in ${one.unit} and %`, short: "mean error", axis: `mean error (${one.unit})`, unit: ` ${one.unit}`, larger: false,
      show: (value) => significant(value), words: "Mean difference between prediction and truth on test architectures.",
    };
  }
  const single = verified[1] === "1";
  return {
    name: single ? "Regret: the one predicted as best" : `Regret: the best of ${verified[1]} verified`,
    short: "regret", axis: "regret (%)", unit: " %", larger: false, show: (value) => significant(value, 2),
    words: `Of the test architectures${one.front ? ` whose ${one.front.title} is good enough` : ""}, measure the ${single ? "one" : verified[1]} predicted as best: ` +
      `by how much is ${single ? "it" : "the best of them"} worse than the truly best?`,
  };
}

// Where a number of measurements lies among the training sizes

function place(one, number) {
  const sizes = one.sizes;
  if (number <= sizes[0]) return { low: 0, high: 0, share: 0, exact: number === sizes[0] };
  if (number >= sizes.at(-1)) return { low: sizes.length - 1, high: sizes.length - 1, share: 0, exact: number === sizes.at(-1) };
  const high = sizes.findIndex((size) => size >= number);
  if (sizes[high] === number) return { low: high, high, share: 0, exact: true };
  const share = Math.log(number / sizes[high - 1]) / Math.log(sizes[high] / sizes[high - 1]);
  return { low: high - 1, high, share, exact: false };
}

function between(at, low, high) {
  if (at.low === at.high) return isNumber(low) ? low : null;
  return isNumber(low) && isNumber(high) ? low + at.share * (high - low) : null;
}

const nearer = (at) => (at.share < 0.5 ? at.low : at.high);

// Of a predictor that chooses its own measurements, all that counts is whether there are enough of them.
function placeOf(one, key, at, number) {
  return key in one.needs && number >= one.needs[key] ? { ...at, low: at.high, share: 0 } : at;
}

// Who is best: rows in order, and which of them chance does not let one tell from the best

function view(one = combination(), number = state.number, criterion = state.criterion) {
  const at = place(one, number);
  const told = one.criteria[criterion];
  if (!told[at.low] || !told[at.high]) return { at, rows: [], limit: null, recommended: null };
  const larger = measure(one, criterion).larger;
  const limit = between(at, told[at.low].limit, told[at.high].limit);
  const rows = one.predictors.map((key, i) => {
    const own = placeOf(one, key, at, number);
    const [low, high] = [told[own.low], told[own.high]];
    const dots = low.dots[i].length === high.dots[i].length ? low.dots[i].map((dot, j) => between(own, dot, high.dots[i][j])) : [];
    return { key, i, dots, mean: between(own, low.means[i], high.means[i]), cost: cost(one, i, own) };
  });
  const known = rows.filter((row) => row.mean !== null).sort((a, b) => (larger ? b.mean - a.mean : a.mean - b.mean));
  for (const row of known) {
    row.tied = at.low === at.high ? told[at.low].tied.includes(row.i) : limit === null || Math.abs(row.mean - known[0].mean) <= limit;
  }
  const tied = known.filter((row) => row.tied);
  const recommended = one.seeds === 1 || !told[at.low].by_cost ? known[0] : tied.reduce((a, b) => (b.cost < a.cost ? b : a), tied[0]);
  return { at, rows: known, missing: rows.filter((row) => row.mean === null), limit, recommended, tied, told: told[at.low] };
}

function cost(one, i, at) {
  const fit = between(at, one.fit_seconds[i][at.low], one.fit_seconds[i][at.high]);
  const predict = between(at, one.predict_seconds[i][at.low], one.predict_seconds[i][at.high]);
  return fit === null ? null : fit + predict;
}

// The sentence

function sentence(one, seen) {
  if (!seen.rows.length) return "There is no value of this kind at this number of measurements: choose another, or what counts.";
  if (seen.at.exact) return seen.told.sentence;
  const what = measure(one);
  const [first, last] = [one.sizes[0], one.sizes.at(-1)];
  if (state.number < first) return `This run has nothing below ${whole(first)} measurements. With them: ${seen.told.sentence}`;
  if (state.number > last) return `This run goes to ${whole(last)} measurements; more are seldom worse. With them: ${seen.told.sentence}`;
  const byCost = seen.told.by_cost;
  const tied = seen.tied.toSorted((a, b) => (byCost ? a.cost - b.cost : 0)).map((row) => label(row.key));
  const named = tied.length > NAMED ? [...tied.slice(0, NAMED - 1), `${tied.length - NAMED + 1} more`] : tied;
  const choice = tied.length > 1 && one.seeds > 1 ? `any of ${listed(named, "or")}; ${tied[0]} ${byCost ? "is the cheapest" : "did best"}` : label(seen.recommended.key);
  return `With ${whole(state.number)} measurements ${one.place} (${one.task}, ${one.metric.replaceAll("_", " ")}), use ${choice}: expect ${what.axis.replace(/ \(.*/, "")} ` +
    `${what.show(seen.recommended.mean)}${what.unit}. Interpolated between ${whole(one.sizes[seen.at.low])} and ${whole(one.sizes[seen.at.high])} measurements, which were run.`;
}

function more(one, seen) {
  const words = seen.at.low === seen.at.high && seen.rows.length ? [seen.told.details] : [];
  const all = state.seconds ? state.seconds * one.architectures : null;
  if (state.seconds && all <= state.seconds * state.number) {
    words.push(`In that time you can measure all ${whole(one.architectures)} architectures: you need no predictor.`);
  } else if (all && seen.recommended) {
    words.push(`${measurements(state.number)} take${state.number === 1 ? "s" : ""} ${duration(state.seconds * state.number)}, fitting and predicting all ` +
      `${whole(one.architectures)} architectures ${duration(seen.recommended.cost)}; measuring all would take ${duration(all)}.`);
  }
  const short = seen.missing?.filter((row) => row.key in one.needs).map((row) => `${label(row.key)} needs ${one.needs[row.key]} measurements`);
  const unrun = seen.missing?.filter((row) => !(row.key in one.needs)).map((row) => label(row.key));
  if (short?.length) words.push(`${listed(short)}.`);
  if (unrun?.length) words.push(`Not run at this number: ${listed(unrun)}.`);
  return words.filter(Boolean).join(" ");
}

// The ranking: a radio button a predictor, so that the arrow keys choose

function rankingScale(one, seen, what) {
  const values = seen.rows.flatMap((row) => [row.mean, ...row.dots]);
  if (what.larger) return { low: Math.min(0, ...values), high: 1 };
  const means = seen.rows.map((row) => row.mean).sort((a, b) => a - b);
  // One predictor that explodes shall not press all others together.
  const usual = 3 * means[Math.floor(means.length / 2)];
  return { low: 0, high: Math.min(Math.max(...values), usual) || 1 };
}

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

function drawRanking(one, seen) {
  const what = measure(one);
  const scale = rankingScale(one, seen, what);
  const share = (value) => 100 * Math.min(1, Math.max(0, (value - scale.low) / (scale.high - scale.low)));
  const focused = document.activeElement?.name === "predictor";
  const lines = state.criterion === "tau" ? ceilings(one) : [];
  const rows = seen.rows.map((row) => rankingRow(row, seen, what, scale, share, lines));
  rows.push(...seen.missing.map((row) => missingRow(one, row)));
  byId("ranking").replaceChildren(element("div", { class: "rows" }, ...rows), axisRow(scale, share, what), ...lines.map(ceilingWords));
  if (focused) byId("ranking").querySelector("input:checked")?.focus();
  byId("ranking-words").textContent = rankingWords(one, seen, what);
}

function rankingWords(one, seen, what) {
  if (one.seeds === 1) return "Bars: the value in the one split.";
  const dots = Math.max(...seen.rows.map((row) => row.dots.length));
  const shown = what.short === "regret" ? `${dots} splits that keep predictions` : dots < one.seeds ? `the first ${dots} of ${one.seeds} splits` : `${dots} splits`;
  const limit = seen.limit === null ? "" : ` (within ${what.show(seen.limit)}${what.unit})`;
  return `Bars: means. Dots: ${shown}. Bold and full colour: cannot be told from the best${limit}. ◆ the ${seen.told.by_cost ? "cheapest" : "first"} of them. Choose a row.`;
}

function rankingRow(row, seen, what, scale, share, lines) {
  const chosen = row.key === shownPredictor(seen);
  const value = `${what.show(row.mean)}`;
  const spoken = `${label(row.key)}, ${what.short} ${value}${what.unit}${row.tied ? ", cannot be told from the best" : ""}`;
  const radio = element("input", { type: "radio", name: "predictor", value: row.key, class: "hidden-text", checked: chosen, "aria-label": spoken });
  radio.addEventListener("change", () => change({ predictor: row.key }));
  const zero = share(Math.max(0, scale.low));
  const end = share(row.mean);
  const bar = element("span", { class: row.mean > scale.high ? "bar beyond" : "bar", style: `left:${Math.min(zero, end)}%;width:${Math.abs(end - zero)}%` });
  const dots = row.dots.filter((dot) => dot <= scale.high).map((dot) => element("i", { class: "dot", style: `left:${share(dot)}%` }));
  const marks = lines.map((line) => element("i", { class: "mark", style: `left:${share(line.value)}%` }));
  const best = row === seen.recommended ? "◆ " : "";
  return element("label", { class: row.tied ? "row tied" : "row", title: spoken }, radio,
    element("span", { class: "name", "aria-hidden": "true" }, best + label(row.key)),
    element("span", { class: "track", "aria-hidden": "true" }, bar, ...marks, ...dots),
    element("span", { class: "value", "aria-hidden": "true" }, value));
}

function missingRow(one, row) {
  const why = row.key in one.needs ? `needs ${one.needs[row.key]} measurements` : "not run at this number";
  return element("div", { class: "row axis" }, element("span", { class: "name" }, label(row.key)),
    element("span", { class: "track" }, element("span", { class: "note", style: "transform:none" }, why)), element("span"));
}

function axisRow(scale, share, what) {
  const ticks = ticksOf(scale.low, scale.high, 4).map((tick) => element("span", { style: `left:${share(tick)}%` }, significant(tick)));
  return element("div", { class: "row axis", "aria-hidden": "true" }, element("span", { class: "name" }, what.axis),
    element("span", { class: "track" }, ...ticks), element("span"));
}

function ceilings(one) {
  const lines = [];
  const noise = one.by_repeats ? "several measurements of one network allow" : "measuring twice agrees with";
  if (isNumber(one.ceiling)) lines.push({ value: one.ceiling, words: `Dashed line: noise ceiling, ${noise} τ ${one.ceiling.toFixed(3)}.` });
  if (one.cap < 0.98) lines.push({ value: one.cap, words: `Dashed line: highest τ of predictions without ties, ${one.cap.toFixed(3)}, since architectures share values.` });
  return lines;
}

const ceilingWords = (line) => element("p", { class: "ceiling-label" }, line.words);

const shownPredictor = (seen) => (seen.rows.some((row) => row.key === state.predictor) ? state.predictor : seen.recommended?.key);

// State, address and controls

function change(changes) {
  Object.assign(state, changes);
  remember();
  draw();
}

function remember() {
  const words = new URLSearchParams({ c: state.combination, n: state.number, by: state.criterion });
  if (state.predictor) words.set("p", state.predictor);
  if (state.verified) words.set("v", state.verified);
  if (state.seconds && state.seconds !== combination().seconds_per_measurement) words.set("s", state.seconds);
  try {
    history.replaceState(null, "", `#${words}`);
  } catch {
    // A page inside another one (Snakemake's report) has no address of its own to keep it in.
  }
}

function recall() {
  const words = new URLSearchParams(location.hash.slice(1));
  const one = CONTENTS.combinations.find((each) => each.combination === words.get("c")) ?? CONTENTS.combinations[0];
  const number = Number.parseInt(words.get("n"), 10);
  const seconds = Number.parseFloat(words.get("s"));
  const verified = Number.parseInt(words.get("v"), 10);
  Object.assign(state, {
    combination: one.combination,
    number: number > 0 ? number : nearestSize(one, 55),
    criterion: words.get("by") in one.criteria ? words.get("by") : "tau",
    predictor: one.predictors.includes(words.get("p")) ? words.get("p") : null,
    verified: one.front?.verified.includes(verified) ? verified : 0,
    seconds: seconds > 0 ? seconds : one.seconds_per_measurement,
  });
}

const nearestSize = (one, number) => one.sizes.reduce((a, b) => (Math.abs(Math.log(b / number)) < Math.abs(Math.log(a / number)) ? b : a));
const titleOf = (one) => `${one.device}: ${one.metric.replaceAll("_", " ")}, ${one.space} ${one.task}`;

// The slider runs along the logarithm, and holds on to a training size that is near.
function toSlider(one, number) {
  const [first, last] = [one.sizes[0], one.sizes.at(-1)];
  return first === last ? 0 : Math.round((STEPS * Math.log(Math.min(last, Math.max(first, number)) / first)) / Math.log(last / first));
}

function fromSlider(one, step) {
  const held = one.sizes.find((size) => Math.abs(toSlider(one, size) - step) <= STEPS / 100);
  return held ?? Math.round(one.sizes[0] * (one.sizes.at(-1) / one.sizes[0]) ** (step / STEPS));
}

function drawControls(one) {
  byId("combination").value = one.combination;
  byId("criterion").replaceChildren(...Object.keys(one.criteria).map((key) => new Option(measure(one, key).name, key)));
  byId("criterion").value = state.criterion;
  byId("criterion-words").textContent = measure(one).words;
  const slider = byId("slider");
  slider.value = toSlider(one, state.number);
  slider.setAttribute("aria-valuetext", measurements(state.number));
  const shown = new Set(one.sizes.filter((size, i) => one.sizes.length < 8 || i % 2 === 0 || i === one.sizes.length - 1));
  byId("ticks").replaceChildren(...one.sizes.map((size) => element("option", { value: toSlider(one, size) })));
  byId("ticks-shown").replaceChildren(...[...shown].map((size) => element("span", { style: `left:${toSlider(one, size) / 10}%` }, whole(size))));
  setUnlessTyped("number", state.number);
  setUnlessTyped("seconds", state.seconds ?? "");
  setUnlessTyped("minutes", state.seconds ? Number(((state.seconds * state.number) / 60).toPrecision(2)) : "");
  byId("minutes").disabled = !state.seconds;
  byId("time-words").textContent = state.seconds
    ? state.seconds === one.seconds_per_measurement ? "As this device took when it was measured." : ""
    : "How long one measurement took is not known of this device: tell the seconds.";
}

function setUnlessTyped(id, value) {
  if (document.activeElement !== byId(id)) byId(id).value = value;
}

function fillCombinations(words = "") {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = CONTENTS.combinations.filter((one) => wanted.every((word) => `${titleOf(one)} ${one.combination}`.toLowerCase().includes(word)));
  const kept = found.some((one) => one.combination === state.combination) ? found : [...found, combination()];
  byId("combination").replaceChildren(...kept.map((one) => new Option(titleOf(one), one.combination)));
  byId("combination").value = state.combination;
  return found;
}

function listen() {
  byId("combination").addEventListener("change", (event) => choose(event.target.value));
  byId("search").hidden = CONTENTS.combinations.length <= MANY;
  byId("search").addEventListener("input", (event) => {
    const found = fillCombinations(event.target.value);
    byId("search-words").textContent = found.length ? "" : "No device has all of these words; the one before stays.";
    if (!found.length || found.includes(combination())) return;
    choose(found[0].combination);
    fillCombinations(event.target.value);
  });
  byId("slider").addEventListener("input", (event) => change({ number: fromSlider(combination(), Number(event.target.value)) }));
  byId("criterion").addEventListener("change", (event) => change({ criterion: event.target.value }));
  onNumber("number", (number) => ({ number: Math.max(1, Math.round(number)) }));
  onNumber("minutes", (minutes) => ({ number: Math.max(1, Math.floor((minutes * 60) / state.seconds + 1e-9)) }));
  onNumber("seconds", (seconds) => ({ seconds }));
  byId("controls").addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", () => {
    recall();
    draw();
  });
  let width = document.body.clientWidth;
  window.addEventListener("resize", () => {
    if (width !== document.body.clientWidth) draw();
    width = document.body.clientWidth;
  });
  window.addEventListener("beforeprint", () => document.querySelectorAll("details:not(.twin)").forEach((one) => (one.open = true)));
}

function choose(id) {
  const one = CONTENTS.combinations.find((each) => each.combination === id);
  state.combination = id;
  change({ seconds: one.seconds_per_measurement, criterion: state.criterion in one.criteria ? state.criterion : "tau" });
}

function onNumber(id, changes) {
  byId(id).addEventListener("input", (event) => {
    const value = Number.parseFloat(event.target.value);
    if (value > 0) change(changes(value));
  });
  byId(id).addEventListener("blur", () => drawControls(combination()));
}

function draw() {
  const one = combination();
  const seen = view(one);
  const chosen = shownPredictor(seen);
  drawControls(one);
  byId("sentence").textContent = sentence(one, seen);
  byId("more").textContent = more(one, seen);
  document.querySelectorAll(".chosen").forEach((span) => (span.textContent = chosen ? label(chosen) : ""));
  drawRanking(one, seen);
  drawGrowth(one, seen, chosen);
  drawCost(one, seen, chosen);
  drawScatter(one, seen, chosen);
  drawFront(one, seen, chosen);
  drawTable(one, seen, chosen);
  drawUse(one, seen, chosen);
  drawCard(one);
}

function start() {
  recall();
  fillCombinations();
  listen();
  listenToTables();
  draw();
}
