// The page is whole without this script, which sorts tables, shows changes by decision, follows one row through all charts and
// copies it. What is sorted, shown and selected stands in the address alone. Text of the data is only ever set as text.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const rowsOf = (table) => [...table.tBodies[0].rows];
const nameOf = (element) => element.closest("table").dataset.name;
const shown = () => new Set(state.get("show")?.split(","));
const select = (row) => change("row", row === selected ? null : row.dataset.at);
const lightAt = ({ target }) => light((target.closest("[data-s]") ?? selected)?.dataset.s ?? null);
const bar = document.querySelector(".bar");
const status = bar.querySelector("[role=status]");
const tables = new Map();
let [state, selected, lit] = [new URLSearchParams(), null, null];

/** What a cell says, its lines joined by a space; drawings say nothing. */
const texts = (node) => (node?.localName === "svg" ? [] : (node?.data ?? [...(node?.childNodes ?? [])].flatMap(texts)));
const textOf = (cell) => [texts(cell)].flat().join(" ").replace(/\s+/g, " ").replaceAll("\u2212", "-").trim();
/** The cell below a head; of one that spans several heads, below the first. */
const cellAt = (row, at) => [...row.cells].flatMap((cell) => [cell, ...Array(cell.colSpan - 1).fill(null)])[at];

/** What a row is sorted by: the cell's first figure (`×4.1` as a change in per cent) or its text; null where it has none. */
function keyOf(row, { th, at }) {
  const text = textOf(cellAt(row, at)).replace(/^–$/, "");
  if (!th.matches(".n")) return text || null;
  const plain = text.replace(/[,\s]/g, "");
  const figure = /-?\d+(\.\d+)?(e[-+]?\d+)?/i.exec(plain)?.[0];
  if (!figure) return null;
  return plain.startsWith("×") ? 100 * (figure - 1) : plain.startsWith("<") ? figure / 2 : Number(figure);
}

/** Rows by a column, counted from 1, downwards where it is negative: the baseline stays first, what has no value last. */
function sort({ table, rows, heads }, asked) {
  const by = heads[Math.abs(asked) - 1];
  const keys = new Map(rows.map((row) => [row, by ? keyOf(row, by) : null]));
  const last = (row) => (row.matches(".base") ? -1 : keys.get(row) === null ? 1 : 0);
  const compare = (one, other) => {
    const [left, right] = [keys.get(one), keys.get(other)];
    if (last(one) || last(other)) return last(one) - last(other);
    return Math.sign(asked) * (typeof left === "number" ? left - right : left.localeCompare(right, "en"));
  };
  table.tBodies[0].append(...(by ? rows.toSorted(compare) : rows));
  for (const { th } of heads) th.ariaSort = th !== by?.th ? null : asked < 0 ? "descending" : "ascending";
}

/** Dims all others in each table and chart that has it. */
function light(name) {
  if (name === lit) return;
  lit = name;
  for (const part of all("table, .chart")) {
    const marks = all("[data-s]", part);
    const isThere = marks.some(({ dataset }) => dataset.s === name);
    for (const mark of marks) mark.classList.toggle("dim", isThere && mark.dataset.s !== name);
  }
}

/** Brings the page to what the address says: a hash without `=` is an anchor, which the browser follows by itself. */
function show() {
  state = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
  for (const [name, entry] of tables) {
    const asked = Number(state.get(`sort.${name}`));
    if (asked !== entry.asked) sort(entry, (entry.asked = asked));
  }
  const decisions = shown();
  const isShown = (row) => row.matches(".base") || decisions.has(textOf(row.querySelector(".word")));
  for (const row of all(".forest").flatMap(rowsOf)) row.hidden = decisions.size > 0 && !isShown(row);
  for (const chip of all(".filter button")) chip.ariaPressed = String(decisions.has(chip.value));
  selected?.removeAttribute("aria-current");
  selected = all("tbody tr").find(({ dataset }) => dataset.at === state.get("row")) ?? null;
  selected?.setAttribute("aria-current", "true");
  bar.hidden = selected === null;
  bar.firstChild.textContent = textOf(selected?.cells[0]);
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

const words = { "\\": "textbackslash", "~": "textasciitilde", "^": "textasciicircum" };
const symbols = { Δ: "Delta", "×": "times", "±": "pm", "→": "to", "✓": "surd", "✗": "times" };
const latexOf = (sign) => (words[sign] ? `\\${words[sign]}{}` : symbols[sign] ? `$\\${symbols[sign]}$` : `\\${sign}`);
// Braces, since a cell that begins with a bracket would be an argument of the line's end before it.
const inLatex = (cell) => `{${cell.replace(/[\\~^&%$#_{}Δ×±→✓✗]/g, latexOf).replace(/[<>]/g, "$$$&$$")}}`;

/** Writes a head and a row of cells, given which columns stand to the right, and the origin below them. */
const written = {
  Markdown(lines, rights, origin) {
    const [head, row] = lines.map((cells) => cells.map((cell) => cell.replace(/[\\|`*<]/g, "\\$&")));
    const rows = [head, rights.map((isRight) => (isRight ? "--:" : "---")), row];
    return `${rows.map((cells) => `| ${cells.join(" | ")} |\n`).join("")}${origin && `\n${origin}\n`}`;
  },
  LaTeX(lines, rights, origin) {
    const [head, row] = lines.map((cells) => `${cells.map(inLatex).join(" & ")} \\\\\n`);
    const note = origin && `\\multicolumn{${rights.length}}{l}{${origin}} \\\\\n`;
    const columns = rights.map((isRight) => (isRight ? "r" : "l")).join("");
    return `\\begin{tabular}{${columns}}\n\\toprule\n${head}\\midrule\n${row}\\bottomrule\n${note}\\end{tabular}\n`;
  },
};

/** The selected row with its head and its origin, without what is drawn. */
async function copy(format) {
  const heads = tables.get(nameOf(selected)).heads.filter(({ th }) => !th.matches(".fcell"));
  const lines = [heads.map(({ th }) => textOf(th)), heads.map(({ at }) => textOf(cellAt(selected, at)))];
  const rights = heads.map(({ th }) => th.matches(".n"));
  const value = written[format](lines, rights, all(".badge").map(textOf).join(", "));
  if (navigator.clipboard) await navigator.clipboard.writeText(value);
  else {
    const area = Object.assign(document.createElement("textarea"), { className: "vh", value }); // a server without TLS
    bar.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  status.textContent = `Copied as ${format}.`;
}

function onKey(event) {
  const { key, target } = event;
  const step = { ArrowDown: 1, ArrowUp: -1 }[key];
  const isOnRow = target.matches("tbody tr");
  if (key === "Escape" && selected !== null) change("row", null);
  else if (isOnRow && (key === "Enter" || key === " ")) select(target);
  else if (isOnRow && step) {
    const rows = rowsOf(target.closest("table")).filter(({ hidden }) => !hidden);
    target.tabIndex = -1;
    Object.assign(rows[rows.indexOf(target) + step] ?? target, { tabIndex: 0 }).focus();
  } else return;
  event.preventDefault();
}

function onClick({ target }) {
  const [button, row] = [target.closest("button"), target.closest("tbody tr")];
  if (button?.matches(".bar *")) void copy(button.value);
  else if (button?.matches(".filter *"))
    change("show", [...shown().symmetricDifference(new Set([button.value]))].join());
  else if (button?.matches("th *")) {
    const [name, at] = [nameOf(button), button.closest("th").cellIndex + 1];
    change(`sort.${name}`, { [at]: -at, [-at]: 0 }[tables.get(name).asked] ?? at);
  } else if (row !== null && !target.closest("a, summary") && String(getSelection()) === "") select(row);
}
const names = new Set(all("[data-s]").map(({ dataset }) => dataset.s));

for (const table of all("table")) {
  const label = table.matches(".forest") ? "changes" : (table.ariaLabel ?? table.closest(".scroll")?.ariaLabel);
  table.dataset.name = tables.has(label) ? `${label} ${tables.size}` : label;
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])].map((th, at) => ({ th, at }));
  for (const { th } of heads.filter((head) => !head.th.matches(".fcell") && textOf(head.th) !== "")) {
    const button = Object.assign(document.createElement("button"), { type: "button" });
    button.append(...th.childNodes);
    th.append(button);
  }
  const rows = rowsOf(table);
  for (const [at, row] of rows.entries()) {
    row.dataset.at = `${table.dataset.name}:${at}`;
    row.tabIndex = at === 0 ? 0 : -1; // one stop for the keyboard; arrows go on from there
    if (table.matches(".data") && names.has(textOf(row.cells[0]))) row.dataset.s = textOf(row.cells[0]);
  }
  tables.set(table.dataset.name, { table, rows, heads, asked: 0 });
}
for (const filter of all(".filter")) filter.hidden = false;
document.addEventListener("pointerover", lightAt);
document.addEventListener("focusin", lightAt);
document.addEventListener("keydown", onKey);
document.addEventListener("click", onClick);
addEventListener("hashchange", show);
show();
