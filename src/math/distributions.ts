import { remembered } from "./remembered.ts";

/** Distribution functions in double precision; each names its source. Probabilities are 0 to 1. */

/** Hart's algorithm 5666, the highest power first. */
const HART_ABOVE = [
  3.52624965998911e-2, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931,
  220.206867912376,
];
const HART_BELOW = [
  8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831,
  793.826512519948, 440.413735824752,
];

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** From here on the Stirling series below is exact to double precision. */
const STIRLING_FROM = 10;

/**
 * P(Z <= z) of the standard normal distribution.
 * Source: J. F. Hart et al., Computer Approximations, 1968, algorithm 5666, as given by G. West,
 * "Better approximations to cumulative normal functions", Wilmott, 2005; absolute error below 1e-15.
 */
export function normalCdf(z: number): number {
  const size = Math.abs(z);
  const density = Math.exp((-size * size) / 2);
  let tail: number;
  if (size < 7.07106781186547) {
    const above = polynomial(HART_ABOVE, size);
    const below = polynomial(HART_BELOW, size);
    tail = (density * above) / below;
  } else {
    const fraction = size + 1 / (size + 2 / (size + 3 / (size + 4 / (size + 0.65))));
    tail = density / fraction / Math.sqrt(2 * Math.PI);
  }
  return z > 0 ? 1 - tail : tail;
}

/**
 * The z with P(Z <= z) = p; infinite at 0 and 1, NaN outside them.
 * Source: M. J. Wichura, "Algorithm AS 241: The percentage points of the normal distribution",
 * Applied Statistics 37(3), 1988 (PPND16, about 16 digits).
 */
export function normalQuantile(p: number): number {
  if (p === 0 || p === 1) return p === 0 ? -Infinity : Infinity;
  const fromMiddle = p - 0.5;
  if (Math.abs(fromMiddle) <= 0.425) {
    const r = 0.180625 - fromMiddle * fromMiddle;
    const above = [
      2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
      133.14166789178438, 3.3871328727963665,
    ];
    const below = [
      5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
      687.1870074920579, 42.31333070160091, 1,
    ];
    return (fromMiddle * polynomial(above, r)) / polynomial(below, r);
  }
  const root = Math.sqrt(-Math.log(Math.min(p, 1 - p)));
  const { from, above, below } = root <= 5 ? MIDDLE_TAIL : FAR_TAIL;
  const size = polynomial(above, root - from) / polynomial(below, root - from);
  return fromMiddle < 0 ? -size : size;
}

const MIDDLE_TAIL = {
  from: 1.6,
  above: [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
    5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  below: [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
    1.6763848301838038, 2.053191626637759, 1,
  ],
};
const FAR_TAIL = {
  from: 5,
  above: [
    2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
    1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  below: [
    2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615,
    0.1369298809227358, 0.599832206555888, 1,
  ],
};

/**
 * ln Γ(x) for x > 0 (NaN otherwise).
 * Source: Stirling's series, NIST DLMF 5.11.1, reached by Γ(x + 1) = xΓ(x) for small x.
 */
export function logGamma(x: number): number {
  if (!(x > 0)) return NaN;
  let product = 1;
  let shifted = x;
  for (; shifted < STIRLING_FROM; shifted++) product *= shifted;
  return (shifted - 0.5) * Math.log(shifted) - shifted + HALF_LOG_TWO_PI + stirlingError(shifted) - Math.log(product);
}

/** ln Γ(x) less Stirling's (x - 1/2) ln x - x + ln(2π)/2, for x >= 10 (DLMF 5.11.1). */
function stirlingError(x: number): number {
  const coefficients = [1 / 156, -691 / 360360, 1 / 1188, -1 / 1680, 1 / 1260, -1 / 360, 1 / 12];
  return polynomial(coefficients, 1 / (x * x)) / x;
}

/**
 * The regularised incomplete beta function I_x(a, b), for 0 <= x <= 1 and a, b > 0.
 * Source: NIST DLMF 8.17.22 (continued fraction) and 8.17.4 (symmetry), evaluated by the modified
 * Lentz method (W. H. Press et al., Numerical Recipes, 3rd ed., section 6.4).
 */
export function regularisedIncompleteBeta(x: number, a: number, b: number): number {
  return incompleteBeta(x, 1 - x, a, b);
}

/** I_x(a, b) with y = 1 - x given, which keeps the digits that the subtraction would lose. */
function incompleteBeta(x: number, y: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  // The fraction converges fast only below the mean.
  if (x > (a + 1) / (a + b + 2)) return 1 - (Math.exp(logBetaTerm(x, y, a, b)) * betaFraction(y, b, a)) / b;
  return (Math.exp(logBetaTerm(x, y, a, b)) * betaFraction(x, a, b)) / a;
}

/** ln(x^a y^b / B(a, b)), arranged so that large terms of opposite sign never meet. */
function logBetaTerm(x: number, y: number, a: number, b: number): number {
  const large = Math.max(a, b);
  const small = Math.min(a, b);
  if (small >= STIRLING_FROM) {
    const excess = x * b - y * a;
    const error = stirlingError(a) + stirlingError(b) - stirlingError(a + b);
    const root = 0.5 * Math.log((a / (a + b)) * b);
    return a * Math.log1p(excess / a) + b * Math.log1p(-excess / b) + root - HALF_LOG_TWO_PI - error;
  }
  const powers = a * logOf(x, y) + b * logOf(y, x);
  if (large < STIRLING_FROM) return powers - logGamma(a) - logGamma(b) + logGamma(a + b);
  const ratioOfGammas =
    small * Math.log(large + small) +
    (large - 0.5) * Math.log1p(small / large) -
    small +
    stirlingError(large + small) -
    stirlingError(large);
  return powers - logGamma(small) + ratioOfGammas;
}

function logOf(x: number, complement: number): number {
  return x > 0.5 ? Math.log1p(-complement) : Math.log(x);
}

/** The continued fraction of DLMF 8.17.22; it needs of the order of √max(a, b) steps. */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 1_000_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const step = d * c;
    fraction *= step;
    if (Math.abs(step - 1) < 1e-15) break;
  }
  return fraction;
}

/**
 * P(T <= t) of Student's distribution with any positive number of degrees of freedom; infinitely many are the normal.
 * Source: M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions, 26.7.1 with 26.5.27.
 */
export function studentTCdf(t: number, degreesOfFreedom: number): number {
  if (Number.isNaN(t)) return NaN;
  if (degreesOfFreedom === Infinity) return normalCdf(t);
  // Divided by t², so that no square overflows.
  const spread = degreesOfFreedom / t / t;
  const tail = t === 0 ? 0.5 : incompleteBeta(spread / (1 + spread), 1 / (1 + spread), degreesOfFreedom / 2, 0.5) / 2;
  return t > 0 ? 1 - tail : tail;
}

/**
 * The t with P(T <= t) = p; infinite at 0 and 1, NaN outside them. Found by bisection of
 * `studentTCdf` in the lower tail, to the last bits of t.
 */
export function studentTQuantile(p: number, degreesOfFreedom: number): number {
  if (!(p >= 0 && p <= 1 && degreesOfFreedom > 0)) return NaN;
  if (p === 0.5) return 0;
  if (p > 0.5) return -studentTQuantile(1 - p, degreesOfFreedom);
  if (p === 0) return -Infinity;
  if (degreesOfFreedom === Infinity) return normalQuantile(p);
  return lowerTQuantile(p, degreesOfFreedom);
}

/** All contrasts of a study ask for the same few. */
const lowerTQuantile = remembered((p: number, degreesOfFreedom: number): number => {
  let below = -1;
  while (studentTCdf(below, degreesOfFreedom) > p) below *= 2;
  let above = below === -1 ? 0 : below / 2;
  for (;;) {
    const middle = (below + above) / 2;
    if (middle <= below || middle >= above) return middle;
    if (studentTCdf(middle, degreesOfFreedom) > p) above = middle;
    else below = middle;
  }
});

/**
 * P(X <= k) for X successes in n trials of probability p; k need not be whole.
 * Source: NIST DLMF 8.17.5, I_{1-p}(n - k, k + 1).
 */
export function binomialCdf(k: number, n: number, p: number): number {
  const successes = Math.floor(k);
  if (successes < 0) return 0;
  if (successes >= n) return 1;
  return incompleteBeta(1 - p, p, n - successes, successes + 1);
}

/** Horner's rule, the highest power first. */
function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  // Indexed: this is the innermost loop of every integral.
  for (let at = 0; at < coefficients.length; at++) value = value * x + coefficients[at]!;
  return value;
}
