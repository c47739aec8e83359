import { isIP } from "node:net";
import { expect, it } from "vitest";
import { lookUpOnce } from "../../../src/client/transport/lookup.ts";

type Answer = [error: NodeJS.ErrnoException | null, address: unknown, family?: number | undefined];

it("looks a name up once, in both forms that Node asks for, and again after a failure", async () => {
  const lookUp = lookUpOnce();
  const ask = (name: string, all: boolean): Promise<Answer> =>
    new Promise((resolve) => lookUp(name, { all }, (...answer) => resolve(answer)));
  expect((await ask("no-such-host.invalid", true))[0]?.code).toMatch(/^E(NOTFOUND|AI_AGAIN)$/);
  const [error, addresses] = await ask("localhost", true);
  expect(error).toBeNull();
  const [first] = addresses as { address: string; family: number }[];
  expect(isIP(first!.address)).toBe(first!.family);
  // The name is no longer asked for: this one does not exist.
  expect(await ask("no-such-host.invalid", false)).toEqual([null, first!.address, first!.family]);
});
