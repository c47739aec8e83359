import { escapeHtml } from "./escape.ts";

/** Each origin as a badge above a page's title; empty where everything was measured. */
export function originBadges(origins: readonly string[]): string {
  return origins.map((origin) => `<span class="badge">${escapeHtml(origin)}</span>`).join("");
}

/** The origins behind the title of a table or chart; empty likewise. */
export function originTag(origins: readonly string[]): string {
  return origins.length === 0 ? "" : `<span class="tag">${escapeHtml(origins.join(", "))}</span>`;
}

/** An element's classes; empty where it has none. */
export function classAttribute(classes: readonly string[]): string {
  return classes.length === 0 ? "" : ` class="${classes.join(" ")}"`;
}
