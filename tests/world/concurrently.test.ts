import { expect, it } from "vitest";
import { concurrently } from "../../src/world/concurrently.ts";

/** Work that counts how much of it is under way, and takes the longer the earlier it began. */
function counted(fails?: number) {
  const seen = { begun: 0, running: 0, most: 0 };
  const work = async (item: number): Promise<number> => {
    seen.begun += 1;
    seen.running += 1;
    seen.most = Math.max(seen.most, seen.running);
    for (let turns = 20 - item; turns > 0; turns -= 1) await Promise.resolve();
    seen.running -= 1;
    if (item === fails) throw new Error(`no ${item}`);
    return item * 10;
  };
  return { seen, work };
}

it("does so many at a time and answers in order", async () => {
  const { seen, work } = counted();
  expect(await Array.fromAsync(concurrently([1, 2, 3, 4, 5, 6, 7], 3, work))).toEqual([10, 20, 30, 40, 50, 60, 70]);
  expect(seen).toEqual({ begun: 7, running: 0, most: 3 });
  expect(await Array.fromAsync(concurrently([], 3, work))).toEqual([]);
});

it("begins nothing more after a rejection, or when nobody asks", async () => {
  const failing = counted(2);
  await expect(Array.fromAsync(concurrently([1, 2, 3, 4, 5, 6, 7], 2, failing.work))).rejects.toThrow("no 2");
  expect(failing.seen.begun).toBe(3);
  const left = counted();
  for await (const answer of concurrently([1, 2, 3, 4, 5, 6, 7], 2, left.work)) if (answer === 20) break;
  expect(left.seen.begun).toBe(3);
});
