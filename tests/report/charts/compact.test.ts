import { expect, it } from "vitest";
import { compactSvg } from "../../../src/report/charts/compact.ts";

it("drops what is not seen, the page's own font, and digits beyond hundredths", () => {
  const svg =
    '<svg class="marks" width="400" height="90.125" viewBox="0 0 400 90.125"><g transform="translate(1.23456,0)">' +
    '<path class="background" aria-hidden="true" d="M0,0h0v0h0Z"/><path class="background" d="M0,0h9v9h-9Z" fill="#fff"/>' +
    '<path class="foreground" aria-hidden="true" d="" display="none"/>' +
    '<path data-s="a" d="M3.873983,0A3.873,1e-7,0,1,1,-2.0000001,0" opacity="1"/><path d="M1,1" opacity="0"/><path d="M1,1" opacity="0.35"/>' +
    '<line x2="0" y2="-180.55555" stroke="red" opacity="0"/><line x2="0" y2="-180.55555" stroke="red" stroke-width="1"/>' +
    `<text font-family="system-ui, 'Segoe UI'" font-size="11.5px"/><text font-family="system-ui, 'Segoe UI'" fill="red">3.14159 opacity</text></g></svg>`;
  expect(compactSvg(svg)).toBe(
    '<svg class="marks" width="400" height="90.125" viewBox="0 0 400 90.125"><g transform="translate(1.23,0)">' +
      '<path class="background" d="M0,0h9v9h-9Z" fill="#fff"/>' +
      '<path data-s="a" d="M3.87,0A3.87,1e-7,0,1,1,-2,0"/><path d="M1,1" opacity="0.35"/>' +
      '<line x2="0" y2="-180.56" stroke="red"/>' +
      '<text fill="red">3.14159 opacity</text></g></svg>',
  );
});

it("has one label, no group that adds nothing, and what all marks of a group have at the group", () => {
  const text = (x: number, fill = "red") =>
    `<text transform="translate(${x},0)" font-size="11px" fill="${fill}">${x}</text>`;
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" version="1.1" class="marks" width="4" height="4"><g fill="none">' +
    '<g class="mark-group role-axis" role="graphics-symbol" aria-roledescription="axis" aria-label="X"><g transform="translate(0,0)"><g>' +
    `<g class="mark-text" pointer-events="none">${text(1)}${text(2)}${text(3, "blue")}</g></g></g></g>` +
    '<g class="mark-rule"></g><path data-s="a" d="M0,0"/></g></svg>';
  expect(compactSvg(svg)).toBe(
    '<svg class="marks" width="4" height="4"><g fill="none"><g font-size="11px">' +
      '<text transform="translate(1,0)" fill="red">1</text><text transform="translate(2,0)" fill="red">2</text>' +
      '<text transform="translate(3,0)" fill="blue">3</text></g><path data-s="a" d="M0,0"/></g></svg>',
  );
});
