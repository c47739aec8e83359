import { escapeHtml } from "../writers/html/escape.ts";
import { htmlFrame } from "../writers/html/head.ts";
import { originBadges } from "../writers/html/tags.ts";

/** What all pages of a site have: `reports/page.css` and `site.css`; `reports/page.js` and `site.js`, each a script of its own. */
export interface SiteFiles {
  css: string;
  scripts: readonly string[];
}

/** A link of the line above a page's title. */
export interface SiteLink {
  title: string;
  href: string;
}

/** A page of the site: whole without its scripts, and it asks for nothing. Only its own scripts run, by their hashes. */
export function sitePage(
  page: { title: string; links: readonly SiteLink[]; origins: readonly string[]; context: string; body: string },
  { css, scripts }: SiteFiles,
): string {
  const { title, links, origins, context, body } = page;
  const badges = originBadges(origins);
  const frame = htmlFrame(title, css, scripts);
  return `${frame.head}
<body>
<div class="page">
${navigation(links)}
<header>
${badges === "" ? "" : `<p class="origin">${badges}</p>`}
<h1>${escapeHtml(title)}</h1>
<p class="context"><span>${escapeHtml(context)}</span></p>
</header>
<main>
${body}
</main>
</div>
${frame.scripts}
</body>
</html>
`;
}

/** A study's report with the line of links above it, and a fold that leads from each configuration to the trials behind its figures. */
export function withNavigation(page: string, links: readonly SiteLink[], configurations: readonly SiteLink[]): string {
  const items = configurations.map(({ title, href }) => `<a href="${escapeHtml(href)}">${escapeHtml(title)}</a>`);
  const fold =
    items.length === 0
      ? ""
      : `\n<nav class="context" aria-label="Trials"><details><summary>Trials behind the figures</summary>${items.join(" · ")}</details></nav>`;
  return page.replace('<div class="page">', (start) => `${start}\n${navigation(links)}${fold}`);
}

function navigation(links: readonly SiteLink[]): string {
  if (links.length === 0) return "";
  return `<nav class="context" aria-label="Site">${links.map(({ title, href }) => `<span><a href="${escapeHtml(href)}">${escapeHtml(title)}</a></span>`).join("")}</nav>`;
}
