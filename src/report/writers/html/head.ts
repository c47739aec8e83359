import { hash } from "node:crypto";
import { escapeHtml } from "./escape.ts";

/** The beginning of a page up to its body, and what stands at its end: the scripts, of which only these run, by their hashes, and what they show of a selected row. */
export interface HtmlFrame {
  head: string;
  scripts: string;
}

/** Formats in which a row is copied, as the script calls them. */
const copied = ["Markdown", "LaTeX"];
const bar = `<div class="bar" role="region" aria-label="Selected row" hidden><b></b>${copied.map((format) => `<button type="button" value="${format}">Copy as ${format}</button>`).join("")}<span role="status"></span></div>`;

/** What every page begins and ends with: it asks for nothing, and runs nothing but its own scripts. */
export function htmlFrame(title: string, css: string, scripts: readonly string[]): HtmlFrame {
  const codes = scripts.map((code) => `\n${code.replaceAll("</script", "<\\/script")}`);
  const hashes = codes.map((code) => `'sha256-${hash("sha256", code, "base64")}'`);
  const head = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src ${hashes.join(" ")}; img-src data:">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>
${css.replaceAll("</", "<\\/")}
</style>
</head>`;
  return { head, scripts: [bar, ...codes.map((code) => `<script>${code}</script>`)].join("\n") };
}
