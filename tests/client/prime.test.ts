import { beforeEach, describe, expect, it, vi } from "vitest";
import type { LoadOptions } from "../../src/client/load-options.ts";
import type { LoadLayout } from "../../src/client/load-part.ts";
import type { CreateTransport } from "../../src/client/transport.ts";
import { createHttp1Transport } from "../../src/client/transports/http1.ts";
import { loadOptions, someWorkload } from "../support/completions.ts";

const url = "http://127.0.0.1:9";

/** Where the transports went that it made. */
async function primed(
  times: number,
  tokens: number,
  create: CreateTransport = createHttp1Transport,
): Promise<string[]> {
  // Whether it was done is kept in the module.
  vi.resetModules();
  const { prime } = await import("../../src/client/prime.ts");
  const { layOut } = await import("../../src/client/load-part.ts");
  const workload = someWorkload({});
  const options: LoadOptions = loadOptions(url, {
    workload: { ...workload, sampling: { ...workload.sampling, max_tokens: tokens } },
    requests: 100,
  });
  const layout = layOut(options);
  if (!layout.ok) throw new Error(layout.problem.message);
  const made: string[] = [];
  const noted: CreateTransport = (given) => {
    made.push(given.url);
    return create(given);
  };
  for (let time = 0; time < times; time += 1) await prime(noted, options, layout.value satisfies LoadLayout);
  return made;
}

describe("priming", () => {
  beforeEach(() => void vi.resetModules());

  it("puts loads of its own to a server of its own, once in a process", async () => {
    const made = await primed(2, 1000);
    expect(made).toHaveLength(3);
    expect(new Set(made).size).toBe(1);
    expect(made[0]).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(made[0]).not.toBe(url);
  });

  it("is left out where the load is over before it would pay", async () => {
    expect(await primed(1, 16)).toEqual([]);
  });

  it("does not keep a load from its measurement where it fails", async () => {
    const unreachable: CreateTransport = (given) => createHttp1Transport({ ...given, url: "http://127.0.0.1:1" });
    expect(await primed(1, 1000, unreachable)).toHaveLength(3);
  });
});
