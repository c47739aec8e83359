import { plainText } from "../../schema/json.ts";
import { flatRelation, type Relation } from "../relations/relation.ts";

/** A relation as CSV (RFC 4180) with full precision; an interval is two columns. No cell starts a formula. */
export function csvTable(relation: Relation): string {
  const { keys, rows } = flatRelation(relation);
  const lines = rows.map((row) => row.map((value) => (value === null ? "" : plainText(value))));
  return [keys, ...lines].map((line) => `${line.map(field).join(",")}\r\n`).join("");
}

/** What a spreadsheet takes for the start of a formula: OWASP, "CSV Injection", with the full-width forms of the signs. */
const startsFormula = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;
/** Databases give large integers and decimals as text: they are numbers all the same. */
const isNumber = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * A field that no spreadsheet takes for a formula: a text that would start one is quoted, and has an apostrophe in front (OWASP).
 * NUL, which ends a text for many readers, is left out.
 */
function field(whole: string): string {
  const text = whole.replaceAll("\u0000", "");
  const isFormula = startsFormula.test(text) && !isNumber.test(text);
  if (!isFormula && !/[",\r\n]/.test(text)) return text;
  return `"${isFormula ? "'" : ""}${text.replaceAll('"', '""')}"`;
}
