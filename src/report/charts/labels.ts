/** A place in a drawing, in its units, from its upper left corner. */
export interface Place {
  x: number;
  y: number;
}

/** A label, and the places that it may stand beside, the best first. */
export interface WantedLabel {
  text: string;
  beside: readonly Place[];
}

/** Where a label stands: beside which of its places, and on which side of it. */
export interface PlacedLabel {
  at: number;
  side: (typeof sides)[number]["name"];
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** At 12.5 px, of the widest system font (DejaVu Sans). */
const CHARACTER = 7.6;
const HEIGHT = 14;
const GAP = 8;
/** Between two labels side by side: nearer they read as one word. */
const SPACE = 6;

/** How far the left edge lies from the place, and the upper one above it. */
const sides = [
  { name: "right", left: () => GAP, up: HEIGHT / 2 },
  { name: "left", left: (width: number) => -GAP - width, up: HEIGHT / 2 },
  { name: "above", left: (width: number) => -width / 2, up: GAP - 2 + HEIGHT },
  { name: "below", left: (width: number) => -width / 2, up: 2 - GAP },
  { name: "above right", left: () => GAP - 2, up: GAP - 2 + HEIGHT },
  { name: "below left", left: (width: number) => 2 - GAP - width, up: 2 - GAP },
  { name: "above left", left: (width: number) => 2 - GAP - width, up: GAP - 2 + HEIGHT },
  { name: "below right", left: () => GAP - 2, up: 2 - GAP },
] as const;

/**
 * Where each label stands, so that none lies on or touches another or leaves the drawing, and each hides as little of the lines as may be (a
 * point is a line of one place); null where there is no room for it. Earlier labels choose first.
 */
export function placedLabels(
  labels: readonly WantedLabel[],
  lines: readonly (readonly Place[])[],
  { width, height }: { width: number; height: number },
): (PlacedLabel | null)[] {
  const taken: Box[] = [];
  const marks = lines.flatMap(alongLine);
  return labels.map(({ text, beside }) => {
    let best: (PlacedLabel & { box: Box; cost: number }) | null = null;
    for (const [at, place] of beside.entries()) {
      for (const [preference, side] of sides.entries()) {
        const box = boxOf(place, side, textWidth(text));
        if (box.left < 0 || box.right > width || box.top < 0 || box.bottom > height) continue;
        if (taken.some((other) => isOver(box, other))) continue;
        const hidden = marks.filter((mark) => isIn(mark, box)).length;
        const cost = hidden * 10 + at + preference / 10;
        if (best === null || cost < best.cost) best = { at, side: side.name, box, cost };
      }
    }
    if (best === null) return null;
    taken.push(best.box);
    return { at: best.at, side: best.side };
  });
}

/** Places on a line, no more than half a label's height apart. */
function alongLine(line: readonly Place[]): Place[] {
  return line.flatMap((to, at) => {
    const from = line[at - 1] ?? to;
    const count = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / (HEIGHT / 2)));
    return Array.from({ length: count }, (_, step) => ({
      x: to.x + ((from.x - to.x) * step) / count,
      y: to.y + ((from.y - to.y) * step) / count,
    }));
  });
}

/** As wide as a label is drawn at most. */
function textWidth(text: string): number {
  return Array.from(text).length * CHARACTER;
}

/**
 * A name that is longer without the knobs of its values (`quantization=fp8·max_num_seqs=32` is `fp8·32`), and with its middle cut out
 * where that is not enough; `whole`: nothing is cut out.
 */
export function shortened(whole: string, most = 22, rest: "cut" | "whole" = "cut"): string {
  // The id of a row may have signs of equality of its own: only what several parts begin with is a knob.
  const knobs = /(?<=^|[·@])[^=·@]+=/g;
  const isList = Array.from(whole).length > most && [...whole.matchAll(knobs)].length > 1;
  const name = isList ? whole.replaceAll(knobs, "") : whole;
  return rest === "whole" ? name : cutInMiddle(name, most);
}

/** With its middle cut out where it has more characters than `most`: both ends tell it from others. */
export function cutInMiddle(text: string, most: number): string {
  const characters = Array.from(text);
  if (characters.length <= most) return text;
  const head = Math.ceil((most - 1) / 2);
  return `${characters.slice(0, head).join("")}…${characters.slice(head - most + 1).join("")}`;
}

function boxOf({ x, y }: Place, { left, up }: (typeof sides)[number], width: number): Box {
  return { left: x + left(width), right: x + left(width) + width, top: y - up, bottom: y - up + HEIGHT };
}

function isOver(one: Box, other: Box): boolean {
  return (
    one.left < other.right + SPACE && other.left < one.right + SPACE && one.top < other.bottom && other.top < one.bottom
  );
}

function isIn({ x, y }: Place, { left, right, top, bottom }: Box): boolean {
  return x > left && x < right && y > top && y < bottom;
}
