const STATE_WORDS = 624;
const SHIFT = 397;

/** A generator: each call gives the next whole number of 32 bits, 0 to 2^32 - 1. */
export type Words = () => number;

/**
 * `std::mt19937`, which every random number of LoadGen comes from. Of the seed the lower 32 bits count, as in C++, where
 * LoadGen hands in 64.
 * Source: M. Matsumoto and T. Nishimura, "Mersenne Twister", ACM Transactions on Modeling and Computer Simulation 8(1),
 * 1998; seeding of ISO C++ [rand.eng.mers].
 */
export function mt19937(seed: bigint): Words {
  const state = new Uint32Array(STATE_WORDS);
  state[0] = Number(BigInt.asUintN(32, seed));
  for (let index = 1; index < STATE_WORDS; index++) {
    const before = state[index - 1]!;
    state[index] = Math.imul(1812433253, before ^ (before >>> 30)) + index;
  }
  let at = STATE_WORDS;
  return () => {
    if (at === STATE_WORDS) {
      twist(state);
      at = 0;
    }
    let word = state[at++]!;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  };
}

function twist(state: Uint32Array): void {
  for (let index = 0; index < STATE_WORDS; index++) {
    const next = state[index + 1 === STATE_WORDS ? 0 : index + 1]!;
    const word = (state[index]! & 0x80000000) | (next & 0x7fffffff);
    const shifted = state[(index + SHIFT) % STATE_WORDS]! ^ (word >>> 1);
    state[index] = (word & 1) === 0 ? shifted : shifted ^ 0x9908b0df;
  }
}
