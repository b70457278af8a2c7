"use strict";
// The tables of the leaderboard for the chosen view and number of measurements; the address keeps both.

const CONTENTS = JSON.parse(document.getElementById("contents").textContent);
const byId = (id) => document.getElementById(id);
const percent = (share) => `${(100 * share).toFixed(0)} %`;
const fixed = (number) => number.toFixed(3);
const state = { view: CONTENTS.first[0], number: CONTENTS.first[1] };

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const leaders = (number) => CONTENTS.rows.filter((row) => row[0] === state.view && row[1] === number);
const header = (...names) => element("thead", {}, element("tr", {}, ...names.map((name) => element("th", { scope: "col" }, name))));

function drawBoard() {
  const rows = leaders(state.number);
  const body = rows.map(([, , title, beats, low, high, tau, tauLow, tauHigh, combinations]) => element("tr", {},
    element("th", { scope: "row" }, title),
    element("td", {}, element("div", { class: "track" }, element("div", { class: "bar", style: `width:${100 * beats}%` }),
      element("div", { class: "between", style: `left:${100 * low}%;width:${100 * (high - low)}%` }),
      element("span", { class: "share", title: `${percent(low)} to ${percent(high)}` }, percent(beats)))),
    element("td", {}, fixed(tau)), element("td", {}, `${fixed(tauLow)} to ${fixed(tauHigh)}`), element("td", {}, String(combinations))));
  byId("board").tBodies[0].replaceChildren(...body);
  byId("sentence").textContent = rows.length ? sentenceOf(rows) : "Nobody compared five predictors with so many measurements there.";
}

function sentenceOf(rows) {
  const [first, ...others] = rows;
  const close = others.filter((row) => row[5] >= first[4]).map((row) => row[2]);
  const named = close.length > 4 ? [...close.slice(0, 3), `${close.length - 3} more`] : close;
  const more = named.length ? ` Their intervals overlap, so these may be as good: ${named.join("; ")}.` : "";
  return `${first[2]} leads with about ${state.number.toLocaleString("en")} measurements: it beats ${percent(first[3])} of the others.${more}`;
}

function drawGrowth() {
  const own = CONTENTS.rows.filter((row) => row[0] === state.view);
  const sizes = [...new Set(own.map((row) => row[1]))].sort((a, b) => a - b);
  const titles = [...new Set([...leaders(state.number), ...own].map((row) => row[2]))];
  const share = new Map(own.map((row) => [`${row[1]} ${row[2]}`, row[3]]));
  const best = new Map(sizes.map((size) => [size, Math.max(...own.filter((row) => row[1] === size).map((row) => row[3]))]));
  const body = titles.map((title) => element("tr", {}, element("th", { scope: "row" }, title), ...sizes.map((size) => {
    const value = share.get(`${size} ${title}`);
    return element("td", { class: value === best.get(size) ? "best" : "" }, value === undefined ? "-" : percent(value));
  })));
  byId("growth").replaceChildren(header("predictor", ...sizes.map((size) => size.toLocaleString("en"))), element("tbody", {}, ...body));
}

function drawCards() {
  const own = CONTENTS.combinations.filter(([, space, kind]) => ["all", space, kind].includes(state.view));
  const body = own.map(([combination, , , words, structure, repeats, scores]) => {
    const best = (scores[state.number] ?? []).slice(0, 3).map(([title, tau]) => `${title} ${fixed(tau)}`);
    return element("tr", {}, element("th", { scope: "row", title: combination }, words), element("td", {}, best.join("; ") || "-"), element("td", {}, structure), element("td", {}, repeats));
  });
  byId("cards").replaceChildren(header("combination", "best, by tau", "rho of structure ends at", "rho of repeats"), element("tbody", {}, ...body));
}

function draw() {
  byId("view").value = state.view;
  byId("measurements").value = state.number;
  drawBoard();
  drawGrowth();
  drawCards();
  history.replaceState(null, "", `#${new URLSearchParams({ view: state.view, measurements: state.number })}`);
}

function download() {
  const quoted = (cell) => (/[",]/.test(cell) ? `"${cell}"` : cell);
  const head = "view,measurements,predictor,beats,beats_low,beats_high,kendall_tau,kendall_tau_low,kendall_tau_high,combinations";
  const lines = [head, ...leaders(state.number).map((row) => row.map(quoted).join(","))];
  const link = element("a", { href: URL.createObjectURL(new Blob([`${lines.join("\n")}\n`], { type: "text/csv" })), download: `leaderboard-${state.view}-${state.number}.csv` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function start() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const has = (id, value) => [...byId(id).options].some((option) => option.value === value);
  if (has("view", asked.get("view"))) state.view = asked.get("view");
  if (has("measurements", asked.get("measurements"))) state.number = Number(asked.get("measurements"));
  byId("view").addEventListener("change", (event) => { state.view = event.target.value; draw(); });
  byId("measurements").addEventListener("change", (event) => { state.number = Number(event.target.value); draw(); });
  byId("download").addEventListener("click", download);
  draw();
}

start();
