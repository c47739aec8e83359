/**
 * A chart for a page, in fewer bytes and to the same picture: without what is not seen, without the font, which is that of the page, and
 * with coordinates to hundredths of a pixel.
 */
export function compactSvg(svg: string): string {
  return svg
    .replaceAll(/<path class="(?:foreground|background)"[^>]*\/>/g, (path) =>
      /(?:fill|stroke)="/.test(path) && !path.includes(' display="none"') ? path : "",
    )
    .replaceAll(/<(?:path|line)(?=[^>]* opacity="0")[^>]*\/>|<text[^>]*\/>/g, "")
    .replaceAll(/ font-family="[^"]*"| opacity="1"| stroke-width="1"| aria-hidden="true"/g, "")
    .replaceAll(/ (?:d|transform|x2|y2)="[^"]*"/g, (place) => place.replaceAll(/-?\d+\.\d{3,}(?:e-\d+)?/g, rounded));
}

function rounded(number: string): string {
  return String(Math.round(Number(number) * 100) / 100);
}
