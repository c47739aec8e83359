/**
 * A chart for a page, in fewer bytes and elements and to the same picture: without what is not seen, without what a picture with one
 * label does not tell (roles and labels of its parts), without the font, which is that of the page, with coordinates to hundredths of a
 * pixel, and with what all marks of a group have at the group.
 */
export function compactSvg(svg: string): string {
  return written(simplified(parsed(withoutUnseen(svg))));
}

function withoutUnseen(svg: string): string {
  return svg
    .replaceAll(/<path class="(?:foreground|background)"[^>]*\/>/g, (path) =>
      /(?:fill|stroke)="/.test(path) && !path.includes(' display="none"') ? path : "",
    )
    .replaceAll(/<(?:path|line)(?=[^>]* opacity="0")[^>]*\/>|<text[^>]*\/>/g, "")
    .replaceAll(/<text(?=[^>]* opacity="0")[^>]*>[^<]*<\/text>/g, "")
    .replaceAll(/ font-family="[^"]*"| opacity="1"| stroke-width="1"| aria-hidden="true"| pointer-events="none"/g, "")
    .replaceAll(/ (?:role|aria-roledescription|aria-label|xmlns|xmlns:xlink|version)="[^"]*"/g, "")
    .replaceAll(/ class="mark-[^"]*"| transform="translate\(0,0\)"/g, "")
    .replaceAll(/ (?:d|transform|x2|y2)="[^"]*"/g, (place) => place.replaceAll(/-?\d+\.\d{3,}(?:e-\d+)?/g, rounded));
}

function rounded(number: string): string {
  return String(Math.round(Number(number) * 100) / 100);
}

interface Element {
  name: string;
  attributes: Map<string, string>;
  children: (Element | string)[];
}

/** What Vega writes: elements and texts, and nothing else. */
function parsed(svg: string): Element {
  const root: Element = { name: "", attributes: new Map(), children: [] };
  const open = [root];
  for (const [, closes, name, attributes = "", alone, text] of svg.matchAll(
    /<(\/?)([\w:-]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>|([^<]+)/g,
  )) {
    if (text !== undefined) open.at(-1)!.children.push(text);
    else if (closes === "/") open.pop();
    else {
      const pairs = [...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, key, value]) => [key!, value!] as const);
      const element: Element = { name: name!, attributes: new Map(pairs), children: [] };
      open.at(-1)!.children.push(element);
      if (alone === "") open.push(element);
    }
  }
  return root;
}

/** What marks inherit from their group. */
const inherited = ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-size", "font-weight", "text-anchor"];

/** Without groups that hold nothing or add nothing, and with what all members of a group have at the group. */
function simplified(element: Element): Element {
  const children = element.children.flatMap((child) => {
    if (typeof child === "string") return child;
    const made = simplified(child);
    if (made.name !== "g") return made;
    if (made.children.length === 0) return [];
    return made.attributes.size === 0 ? made.children : made;
  });
  const members = children.filter((child) => typeof child !== "string");
  if (element.name !== "g" || members.length < 2) return { ...element, children };
  const attributes = new Map(element.attributes);
  for (const name of inherited) {
    const [value, ...others] = new Set(members.map((one) => one.attributes.get(name)));
    if (value === undefined || others.length > 0) continue;
    // Each member had it for itself, so that what the group said before told none of them.
    attributes.set(name, value);
    for (const one of members) one.attributes.delete(name);
  }
  return { ...element, attributes, children };
}

function written({ name, attributes, children }: Element): string {
  const inner = children.map((child) => (typeof child === "string" ? child : written(child))).join("");
  if (name === "") return inner;
  const head = `<${name}${[...attributes].map(([key, value]) => ` ${key}="${value}"`).join("")}`;
  return inner === "" ? `${head}/>` : `${head}>${inner}</${name}>`;
}
