// The page is whole without this script, which sorts tables, shows changes by decision, follows one row through all charts and
// copies it. What is sorted, shown and selected stands in the address alone. Text of the data is only ever set as text.
"use strict";

const make = (tag, members) => Object.assign(document.createElement(tag), members);
const forests = [...document.querySelectorAll(".forest")];
const origin = [...document.querySelectorAll(".badge")].map((badge) => badge.textContent).join(", ");
const tables = new Map();
const bar = make("div", { className: "bar", role: "region", ariaLabel: "Selected row" });
const status = make("span", { role: "status" });
let state = new URLSearchParams();
let selected = null;
let lit = null;

function button(textContent, act) {
  const made = make("button", { type: "button", textContent });
  made.addEventListener("click", act);
  return made;
}

/** What a cell says, its lines joined by a space; drawings say nothing. */
function textOf(cell) {
  const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest("svg")) texts.push(walker.currentNode.data);
  return texts.join(" ").replace(/\s+/g, " ").replaceAll("\u2212", "-").trim();
}

/** What the cell below a head says; one that spans several heads belongs to the first. */
function textAt(row, column) {
  let at = 0;
  for (const cell of row.cells) {
    if (at === column) return textOf(cell);
    at += cell.colSpan;
  }
  return "";
}

/** What a cell is sorted by: its first figure (`×4.1` as a change in per cent) or its text; null where it has none. */
function valueOf(row, { th, at }) {
  const text = textAt(row, at).replace(/^–$/, "");
  if (!th.matches(".n")) return text || null;
  const plain = text.replace(/[,\s]/g, "");
  const found = /-?\d+(\.\d+)?(e[-+]?\d+)?/i.exec(plain);
  if (found === null) return null;
  return plain.startsWith("×") ? 100 * (found[0] - 1) : plain.startsWith("<") ? found[0] / 2 : Number(found[0]);
}

/** Rows by a column: the baseline stays first, what has no value last, equals as they were. */
function sort({ table, rows, heads }, asked) {
  const sign = asked < 0 ? -1 : 1;
  const by = heads.find(({ at }) => at === Math.abs(asked) - 1);
  const keys = new Map(by ? rows.map((row) => [row, valueOf(row, by)]) : []);
  const last = (row) => (row.matches(".base") ? -1 : keys.get(row) === null ? 1 : 0);
  const compare = (one, other) => {
    const [left, right] = [keys.get(one), keys.get(other)];
    if (last(one) !== 0 || last(other) !== 0) return last(one) - last(other);
    return sign * (typeof left === "number" ? left - right : left.localeCompare(right, "en"));
  };
  table.tBodies[0].append(...(by ? rows.toSorted(compare) : rows));
  for (const { th } of heads) th.ariaSort = th !== by?.th ? null : asked < 0 ? "descending" : "ascending";
}

/** Dims all others in each table and chart that has it. */
function light(name) {
  if (name === lit) return;
  lit = name;
  for (const part of document.querySelectorAll("table, .chart")) {
    const marks = [...part.querySelectorAll("[data-s]")];
    const isThere = marks.some(({ dataset }) => dataset.s === name);
    for (const mark of marks) mark.classList.toggle("dim", isThere && mark.dataset.s !== name);
  }
}

const lightAt = ({ target }) => light((target.closest("[data-s]") ?? selected)?.dataset.s ?? null);
const decisionOf = (row) => row.querySelector(".word").textContent;
const shown = () => new Set(state.get("show")?.split(",") ?? []);

/** Brings the page to what the address says. */
function show() {
  for (const [name, entry] of tables) {
    const asked = Number(state.get(`sort.${name}`));
    if (asked !== entry.asked) sort(entry, (entry.asked = asked));
  }
  const decisions = shown();
  for (const row of forests.flatMap(({ tBodies }) => [...tBodies[0].rows]))
    row.hidden = decisions.size > 0 && !row.matches(".base") && !decisions.has(decisionOf(row));
  for (const chip of document.querySelectorAll(".filter button")) chip.ariaPressed = String(decisions.has(chip.value));
  const [, name, place] = /^(.*):(\d+)$/.exec(state.get("row")) ?? [];
  selected?.removeAttribute("aria-current");
  selected = tables.get(name)?.rows[place] ?? null;
  selected?.setAttribute("aria-current", "true");
  bar.hidden = selected === null;
  bar.firstChild.textContent = selected === null ? "" : textOf(selected.cells[0]);
  status.textContent = "";
  light(selected?.dataset.s ?? null);
}

function change(key, value) {
  if (value) state.set(key, value);
  else state.delete(key);
  const text = String(state).replaceAll("%3A", ":").replaceAll("%2C", ",");
  history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
  show();
}

/** A hash without `=` is an anchor, which the browser follows by itself. */
function read() {
  state = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
  show();
}

function select(row) {
  const { name } = row.closest("table").dataset;
  const key = `${name}:${tables.get(name).rows.indexOf(row)}`;
  change("row", row === selected ? null : key);
}

/** Texts of heads and of the selected row's cells, without what is drawn, and which stand on the right. */
function selectedCells() {
  const { heads } = tables.get(selected.closest("table").dataset.name);
  const ours = heads.filter(({ th }) => !th.matches(".fcell"));
  const lines = [ours.map(({ th }) => textOf(th)), ours.map(({ at }) => textAt(selected, at))];
  return { lines, rights: ours.map(({ th }) => th.matches(".n")) };
}

function markdown() {
  const { lines, rights } = selectedCells();
  const [head, body] = lines.map((cells) => cells.map((cell) => cell.replace(/[\\|`*<]/g, "\\$&")));
  const rule = rights.map((isRight) => (isRight ? "--:" : "---"));
  return `${[head, rule, body].map((cells) => `| ${cells.join(" | ")} |\n`).join("")}${origin && `\n${origin}\n`}`;
}

const latexOf = { "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", Δ: "$\\Delta$" };
Object.assign(latexOf, {
  "×": "$\\times$",
  "±": "$\\pm$",
  "→": "$\\to$",
  "✓": "$\\surd$",
  "✗": "$\\times$",
  "<": "$<$",
  ">": "$>$",
});

const escaped = (text) => text.replace(/[\\~^&%$#_{}<>Δ×±→✓✗]/g, (sign) => latexOf[sign] ?? `\\${sign}`);

function latex() {
  const { lines, rights } = selectedCells();
  // Braces, since a cell that begins with a bracket would be an argument of the line's end before it.
  const [head, body] = lines.map((cells) => `${cells.map((cell) => `{${escaped(cell)}}`).join(" & ")} \\\\\n`);
  const note = origin && `\\multicolumn{${rights.length}}{l}{${origin}} \\\\\n`;
  const columns = rights.map((isRight) => (isRight ? "r" : "l")).join("");
  return `\\begin{tabular}{${columns}}\n\\toprule\n${head}\\midrule\n${body}\\bottomrule\n${note}\\end{tabular}\n`;
}

async function copy(text, format) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = make("textarea", { className: "vh", value: text }); // a page from a server without TLS has no clipboard
    bar.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  status.textContent = `Copied as ${format}.`;
}

function onKey(event) {
  const { key, target } = event;
  const isRow = target.matches("tbody tr");
  if (key === "Escape" && selected !== null) change("row", null);
  else if (isRow && (key === "Enter" || key === " ")) select(target);
  else if (isRow && (key === "ArrowDown" || key === "ArrowUp")) {
    const rows = [...target.parentElement.rows].filter(({ hidden }) => !hidden);
    const next = rows[rows.indexOf(target) + (key === "ArrowDown" ? 1 : -1)] ?? target;
    Object.assign(target, { tabIndex: -1 });
    Object.assign(next, { tabIndex: 0 }).focus();
  } else return;
  event.preventDefault();
}

function onClick({ target }) {
  const row = target.closest("tbody tr");
  if (row !== null && !target.closest("a, button, summary") && String(getSelection()) === "") select(row);
}

for (const table of document.querySelectorAll("table")) {
  const label = table === forests[0] ? "changes" : (table.ariaLabel ?? table.closest(".scroll")?.ariaLabel);
  const name = tables.has(label) ? `${label} ${tables.size}` : label;
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])].map((th, at) => ({ th, at }));
  for (const { th, at } of heads) {
    if (th.matches(".fcell") || textOf(th) === "") continue;
    const texts = [...th.childNodes];
    const next = { 0: at + 1, [at + 1]: -at - 1, [-at - 1]: 0 };
    th.append(button("", () => change(`sort.${name}`, next[tables.get(name).asked] ?? at + 1)));
    th.lastChild.append(...texts);
  }
  const rows = [...table.tBodies[0].rows];
  for (const row of rows) row.tabIndex = row === rows[0] ? 0 : -1; // one stop for the keyboard; arrows go on from there
  table.dataset.name = name;
  tables.set(name, { table, rows, heads, asked: 0 });
}
const changes = forests.flatMap(({ tBodies }) => [...tBodies[0].rows]).filter((row) => !row.matches(".base"));
const names = new Set([...document.querySelectorAll("[data-s]")].map(({ dataset }) => dataset.s));
for (const row of document.querySelectorAll(".data tbody tr"))
  if (names.has(textOf(row.cells[0]))) row.dataset.s = textOf(row.cells[0]);
if (changes.length > 1) {
  const chips = make("span", { className: "filter", role: "group", ariaLabel: "Show changes by decision" });
  for (const [value, { length }] of Map.groupBy(changes, decisionOf)) {
    const toggled = () => [...shown().symmetricDifference(new Set([value]))].join(",");
    chips.append(
      Object.assign(
        button(`${value} ${length}`, () => change("show", toggled())),
        { value },
      ),
    );
  }
  document.querySelector(".key").append(chips);
}
bar.append(
  make("b"),
  button("Copy as Markdown", () => copy(markdown(), "Markdown")),
  button("Copy as LaTeX", () => copy(latex(), "LaTeX")),
  status,
);
document.body.append(bar);
document.addEventListener("pointerover", lightAt);
document.addEventListener("focusin", lightAt);
document.addEventListener("keydown", onKey);
document.addEventListener("click", onClick);
addEventListener("hashchange", read);
read();
