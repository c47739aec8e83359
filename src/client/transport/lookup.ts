import { lookup, type LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";

/** Looks the name of a server up once, for all its connections: what opening one takes counts as TTFT. A failure is not kept. */
export function lookUpOnce(): LookupFunction {
  let known: LookupAddress[] | null = null;
  return (name, options, callback) => {
    const answer = (all: LookupAddress[]): void => {
      if (options.all) callback(null, all);
      else callback(null, all[0]!.address, all[0]!.family);
    };
    if (known !== null) return process.nextTick(answer, known);
    lookup(name, { ...options, all: true, order: "verbatim" }, (error, all) => {
      if (error !== null) return callback(error, []);
      known = all;
      answer(all);
    });
  };
}
