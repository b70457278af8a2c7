// The table of all numbers, what one takes along (configuration, commands, files), and the device card.

const sorting = { column: null, ascending: false };

function columnsOf(one, seen) {
  const at = (row) => placeOf(one, row.key, seen.at, state.number);
  const of = (key) => (row) => {
    const own = at(row);
    return between(own, one.criteria[key][own.low]?.means[row.i], one.criteria[key][own.high]?.means[row.i]);
  };
  const from = (table) => (row) => between(at(row), table[row.i][at(row).low], table[row.i][at(row).high]);
  const columns = [{ name: "Kendall's τ", value: of("tau"), show: (value) => value.toFixed(3), larger: true },
    { name: `mean error (${one.unit})`, value: of("error"), show: (value) => significant(value) },
    { name: "median error (%)", value: from(one.percent), show: (value) => significant(value, 2) }];
  for (const key of Object.keys(one.criteria).filter((each) => each.startsWith("regret"))) {
    columns.push({ name: `regret, ${key.split("_")[1]} verified (%)`, value: of(key), show: (value) => significant(value, 2) });
  }
  columns.push({ name: "fitting (s)", value: from(one.fit_seconds), show: (value) => significant(value, 2) },
    { name: `predicting ${whole(one.architectures)} (s)`, value: from(one.predict_seconds), show: (value) => significant(value, 2) });
  return columns;
}

function tableRows(one, seen) {
  const columns = columnsOf(one, seen);
  const rows = [...seen.rows, ...(seen.missing ?? [])].map((row) => ({ ...row, values: columns.map((column) => column.value(row)) }));
  return { columns, rows };
}

function drawTable(one, seen, chosen) {
  const { columns, rows } = tableRows(one, seen);
  if (sorting.column !== null) rows.sort((a, b) => byValue(a.values[sorting.column], b.values[sorting.column]));
  const exact = seen.at.exact || seen.at.low === seen.at.high;
  byId("table-words").textContent = `${titleOf(one)}; ${whole(exact ? one.sizes[seen.at.low] : state.number)} measurements${exact ? "" : ", interpolated"}; means over ` +
    `${one.seeds === 1 ? "one split" : `${one.seeds} splits`}, errors in % and regret over those that keep predictions. Bold: cannot be told from the best. A heading sorts.`;
  const focused = document.activeElement?.closest?.("th")?.cellIndex;
  const head = element("tr", {}, element("th", { scope: "col" }, "predictor"), ...columns.map(heading));
  const body = rows.map((row) => element("tr", { class: `${row.tied ? "tied " : ""}${row.key === chosen ? "chosen-row" : ""}` },
    element("th", { scope: "row" }, label(row.key)), ...row.values.map((value, i) => element("td", {}, shown(value, columns[i].show)))));
  byId("table").replaceChildren(element("thead", {}, head), element("tbody", {}, ...body));
  if (focused) head.cells[focused]?.querySelector("button")?.focus();
}

function byValue(a, b) {
  if (!isNumber(a) || !isNumber(b)) return Number(isNumber(b)) - Number(isNumber(a));
  return sorting.ascending ? a - b : b - a;
}

function heading(column, i) {
  const sorted = sorting.column === i;
  const button = element("button", { type: "button" }, column.name);
  button.addEventListener("click", () => {
    Object.assign(sorting, { column: i, ascending: sorted ? !sorting.ascending : !column.larger });
    draw();
  });
  return element("th", { scope: "col", "aria-sort": sorted ? (sorting.ascending ? "ascending" : "descending") : null }, button);
}

// Files

function download(name, lines, type = "text/csv") {
  const link = element("a", { href: URL.createObjectURL(new Blob([`${lines.join("\n")}\n`], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

const quoted = (cell) => (/[",\n]/.test(cell) ? `"${String(cell).replaceAll('"', '""')}"` : cell);

function downloadTable() {
  const one = combination();
  const { columns, rows } = tableRows(one, view(one));
  const head = ["combination", "measurements", "predictor", "cannot be told from the best", ...columns.map((column) => column.name)];
  const body = rows.map((row) => [one.combination, state.number, row.key, row.tied ? "yes" : "no", ...row.values.map((value) => value ?? "")]);
  download(`${one.combination}-${state.number}.csv`, [head, ...body].map((row) => row.map(quoted).join(",")));
}

// Use it

function planOf(one) {
  const plans = CONTENTS.plans[one.space];
  if (!plans) return null;
  const designed = plans.few[state.number];
  return designed ?? (state.number >= plans.from && state.number <= plans.random.length ? plans.random.slice(0, state.number) : null);
}

function drawUse(one, seen, chosen) {
  const number = state.number;
  byId("plan-download").disabled = !planOf(one);
  byId("plan-words").textContent = planOf(one) ? `${whole(number)} architectures of ${one.space}. Or let the command choose them:` : "The command chooses them:";
  byId("plan").textContent = `hwpred plan --space ${one.space} --number ${number} --output to_measure.csv`;
  byId("commands").textContent = [
    `hwpred fit to_measure.csv --space ${one.space} --metric ${one.metric} --unit '${one.unit}' --predictor ${ownPredictor(chosen)} --output my_device.hwpred`,
    "hwpred predict my_device.hwpred --output predictions.csv",
  ].join("\n");
  const test = Math.max(2, Math.round(number / 5));
  const name = `${one.space}-${one.task}-my_device-${one.metric}`;
  byId("study").textContent = ["run: my_device", "catalogues: [config/combinations.yaml, my_device.yaml]", `combinations: [${name}]`,
    `predictors: [${studyPredictors(seen, chosen).join(", ")}]`, "seeds: 5", `train_sizes: {${one.space}: [${Math.max(2, number - test)}]}`,
    `test_sizes: {${one.space}: ${test}}`].join("\n");
  byId("definition").textContent = ["combinations:", `  - space: ${one.space}`, `    task: ${one.task}`, "    device: my_device", `    metric: ${one.metric}`,
    "    source: table", "    file: to_measure.csv", `    unit: ${JSON.stringify(one.unit)}`, `    direction: ${one.direction}`].join("\n");
}

// The command learns from one device only, and takes a predictor that anybody's measurements can train.
const ownPredictor = (key) => (key && !(key in combination().needs) && key !== "transfer_gp" ? key : "auto");

function studyPredictors(seen, chosen) {
  const tied = (seen.tied ?? []).map((row) => row.key);
  return [...new Set([chosen, ...tied])].filter((key) => ownPredictor(key) !== "auto").slice(0, 5);
}

async function copy(event) {
  const source = byId(event.target.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent);
    event.target.textContent = "Copied";
  } catch {
    // Some browsers refuse it to a page opened as a file: select the text, so that Ctrl+C copies it.
    getSelection().selectAllChildren(source);
    event.target.textContent = "Press Ctrl+C";
  }
  setTimeout(() => (event.target.textContent = "Copy"), 2000);
}

function listenToTables() {
  byId("table-download").addEventListener("click", downloadTable);
  byId("plan-download").addEventListener("click", () => download("to_measure.csv", ["architecture,value", ...planOf(combination()).map((text) => `${quoted(text)},`)]));
  document.querySelectorAll("[data-copy]").forEach((button) => button.addEventListener("click", copy));
}

// Fine print

function drawCard(one) {
  byId("card-title").textContent = titleOf(one);
  const accuracy = one.front ? [[`${one.front.title[0].toUpperCase()}${one.front.title.slice(1)}`, ""], ...one.front.card] : [];
  const skipped = Object.entries(one.left_out).map(([key, reason]) => [`${label(key)} left out`, reason]);
  byId("card").replaceChildren(...[...one.card, ...skipped, ...accuracy].flatMap(([word, known]) => [element("dt", {}, word), element("dd", {}, known)]));
}
