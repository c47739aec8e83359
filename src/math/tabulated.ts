/** Width of a piece, and points in it: for the smooth functions of `dunnett.ts` the polynomial is right to 1e-10. */
const WIDTH = 0.5;
const POINTS = 14;

/** Chebyshev points of the second kind on -1 … 1, and their barycentric weights. */
const places = Array.from({ length: POINTS }, (_, at) => -Math.cos((Math.PI * at) / (POINTS - 1)));
const weights = places.map((_, at) => (at % 2 === 0 ? 1 : -1) * (at === 0 || at === POINTS - 1 ? 0.5 : 1));

/**
 * A smooth function that is dear and asked for often, by polynomials through its values at Chebyshev points of pieces half a
 * unit wide; a piece is worked out when it is first asked for. At the points, 0 among them, the value is exact.
 * Source: J.-P. Berrut and L. N. Trefethen, "Barycentric Lagrange interpolation", SIAM Review 46(3), 2004.
 */
export function tabulated(dear: (x: number) => number): (x: number) => number {
  const pieces = new Map<number, number[]>();
  return (x) => {
    const piece = Math.floor(x / WIDTH);
    const left = piece * WIDTH;
    let values = pieces.get(piece);
    if (values === undefined) {
      values = places.map((place) => dear(left + ((1 + place) / 2) * WIDTH));
      pieces.set(piece, values);
    }
    const at = (2 * (x - left)) / WIDTH - 1;
    let [above, below] = [0, 0];
    // Indexed: this is the innermost loop of every corrected p.
    for (let point = 0; point < POINTS; point++) {
      const away = at - places[point]!;
      if (away === 0) return values[point]!;
      const part = weights[point]! / away;
      above += part * values[point]!;
      below += part;
    }
    return above / below;
  };
}
