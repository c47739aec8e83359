import { describe, expect, it } from "vitest";
import { readNumbers } from "../../../bench/load/csv.ts";
import { arrivalsOf, heldInFlight, loadPhase, readTruth, type TrueRequest } from "../../../bench/load/truth.ts";

const header = "tag,arr,first,last,ntok,sent,plen,chat,stream,done,coal,eagain,maxlate\n";

function request(arrivedNs: number, lastNs: number): TrueRequest {
  return { tag: -1, arrivedNs, firstNs: arrivedNs + 1, lastNs, tokens: 2, finished: true, sharedWrites: 0 };
}

describe("readTruth", () => {
  it("reads the server's log in the order of arrival", () => {
    const truth = readTruth(`${header}1,200,220,300,2,2,128,0,1,-1,1,0,5\n0,100,120,250,2,2,128,0,1,1,0,0,5\n`);
    expect(truth.map(({ tag, finished, sharedWrites }) => ({ tag, finished, sharedWrites }))).toEqual([
      { tag: 0, finished: true, sharedWrites: 0 },
      { tag: 1, finished: false, sharedWrites: 1 },
    ]);
    expect(loadPhase(truth)).toEqual({ startNs: 100, endNs: 300 });
  });

  it("says which column is missing, and which value is no number", () => {
    expect(() => readTruth("tag,arr\n1,2\n")).toThrow(/no column "first"; it has tag arr/);
    expect(() => readNumbers("a,b\n1,\n", ["a", "b"])).toThrow(/"" in the CSV's column "b"/);
  });

  it("leaves out a last line that was cut off", () => {
    expect(readNumbers("a\n1\n2", ["a"])).toEqual([{ a: 1 }]);
  });
});

describe("heldInFlight", () => {
  it("is what was asked where each end is followed by an arrival at once", () => {
    const kept = [request(0, 10), request(0, 20), request(10, 30), request(20, 40), request(30, 50)];
    expect(heldInFlight(kept, 2)).toBe(2);
  });

  it("is less where connections stood idle", () => {
    const idle = [request(0, 10), request(0, 10), request(20, 30), request(20, 30)];
    expect(heldInFlight(idle, 2)).toBe(1);
  });

  it("is not known where nothing was left to send once all could have been open", () => {
    expect(heldInFlight([request(0, 10), request(1, 10)], 2)).toBeNull();
    expect(heldInFlight([], 2)).toBeNull();
  });
});

describe("arrivalsOf", () => {
  it("tells an even schedule from bursts", () => {
    const even = Array.from({ length: 11 }, (_, place) => request(place * 1e9, place * 1e9 + 1));
    expect(arrivalsOf(even)).toEqual({ ratePerS: 1, cv: 0 });
    const bursts = Array.from({ length: 11 }, (_, place) => request(Math.floor(place / 5) * 5e9, 1e12));
    expect(arrivalsOf(bursts)?.cv).toBeGreaterThan(1.5);
    expect(arrivalsOf(even.slice(0, 2))).toBeNull();
  });
});
