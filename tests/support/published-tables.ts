import type { Cell, Relation } from "../../src/report/relations/relation.ts";

/** A row of a published table: figures as they are printed, by the column of ours that has them. */
export interface PublishedRow {
  name: string;
  /** Scale: what our value is multiplied by to be in the printed unit. */
  printed: { [column: string]: { text: string; scale?: number } };
}

/** Where a relation of ours does not have the printed figure to its last digit: `cp_off tok/s: printed 587.32, in its log 687.20`. */
export function differencesFrom(relation: Relation, rows: readonly PublishedRow[]): string[] {
  const places = new Map(relation.columns.map(({ key }, at) => [key, at]));
  return rows.flatMap(({ name, printed }) => {
    const own = relation.rows.find((row) => row[0]?.value === name);
    if (own === undefined) return [`${name}: it has no log`];
    return Object.entries(printed).flatMap(([column, { text, scale = 1 }]) => {
      const ours = textOf(own[places.get(column) ?? -1], text, scale);
      return ours === text ? [] : [`${name} ${column}: printed ${text}, ours ${ours}`];
    });
  });
}

/** Our value with as many digits as are printed: a percentage where a ratio is, a word where a word is. */
function textOf(cell: Cell | undefined, printed: string, scale: number): string {
  const value = cell?.value ?? null;
  if (typeof value === "string") return value.split(" ")[0] ?? "";
  if (typeof value !== "number") return "none";
  const decimals = /\.(\d+)/.exec(printed)?.[1]?.length ?? 0;
  const isChange = printed.endsWith("%");
  const figure = (isChange ? 100 * (value - 1) : value * scale).toFixed(decimals);
  const signed = /^[+-]/.test(printed) && !figure.startsWith("-") ? `+${figure}` : figure;
  return isChange ? `${signed}%` : signed;
}

/** Rows of a file of comma-separated values by the names of its columns. */
export function csvRows(text: string): { [column: string]: string }[] {
  const [head = [], ...rows] = text
    .trim()
    .split(/\r?\n/)
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain ?? ""),
    );
  return rows.map((row) => Object.fromEntries(head.map((column, at) => [column, row[at] ?? ""])));
}

const figure = String.raw`(--|N\/A|[\d.]+)`;
const change = String.raw`(baseline|N\/A|[+-][\d.]+%)`;
/** A line of each table of the page that the results were published with. */
const lines = {
  isolation: new RegExp(String.raw`^(exp_\d\w*) .+? ${figure} ${change}$`),
  stacked: new RegExp(String.raw`^(stk_\w+) .+? ${figure} ${change} ${figure} ${figure} (\w+)\*?$`),
  quantisation: new RegExp(
    String.raw`^((?!stk_)\w+) .+? ${figure} ${change} ${figure} ${figure} (VALID|INVALID|FAILED)$`,
  ),
  combination: new RegExp(String.raw`^(exp_\w+) (?:Baseline|Phase \w) ${figure} ${change} (VALID|INVALID) .+$`),
  accuracy: new RegExp(String.raw`^((?:combo_)?acc_\w+) ${figure} ${figure} .+$`),
};

/** The rows of one table of that page. */
export function pageRows(page: string, table: keyof typeof lines): PublishedRow[] {
  return page.split("\n").flatMap((line): PublishedRow[] => {
    const [, name, first = "", second = "", third = "", fourth = "", verdict = ""] =
      lines[table].exec(line.trim()) ?? [];
    if (name === undefined) return [];
    if (table === "accuracy") {
      const moved = /([+-]\d+\.\d+) R1/.exec(line)?.[1];
      return [
        {
          name,
          printed: known({ rouge1: first, rougeL: second, ...(moved === undefined ? {} : { rouge1_change: moved }) }),
        },
      ];
    }
    const latencies = third === "" || table === "combination" ? {} : { e2e_p50: third, e2e_p99: fourth };
    const word = table === "combination" ? third : verdict;
    return [
      {
        name,
        printed: known({
          output_throughput: first,
          change: second,
          ...latencies,
          ...(word === "" ? {} : { verdict: word }),
        }),
      },
    ];
  });
}

/** Without what is not printed as a figure. */
function known(printed: { [column: string]: string }): PublishedRow["printed"] {
  return Object.fromEntries(
    Object.entries(printed)
      .filter(([, text]) => !["--", "N/A"].includes(text))
      .map(([column, text]) => [column, { text }]),
  );
}
