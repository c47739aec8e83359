import { expect, it } from "vitest";
import { samplers } from "../../src/telemetry/samplers/index.ts";
import { startSampling } from "../../src/telemetry/sampling.ts";
import { realWorld } from "../../src/world/real-world.ts";

const real = realWorld();

/** A machine that says nothing of itself, with a clock that counts what is slept. */
function silentMachine() {
  const slept: number[] = [];
  const sleep = (ms: number, signal?: AbortSignal) => {
    slept.push(ms);
    return signal === undefined
      ? Promise.resolve()
      : new Promise<void>((wake) => signal.addEventListener("abort", () => wake()));
  };
  const files = { ...real.files, readText: () => Promise.resolve(null), list: () => Promise.resolve([]) };
  return { slept, world: { ...real, files, clock: { ...real.clock, sleep } } };
}

const engine = { scrapeMetrics: () => Promise.resolve({ running: 1 }) };

it("starts every sampler, and says of what each missed", async () => {
  const { world, slept } = silentMachine();
  const sampling = await startSampling(world, { engine, devices: [], engineGroup: null });
  expect(sampling.missing.map(({ fact }) => fact)).toEqual([
    "telemetry.client_cpu",
    "telemetry.host",
    "telemetry.gpu",
    "telemetry.cpu_energy",
  ]);
  expect(slept).not.toContain(2000); // no GPU is sampled: there is no idle baseline to wait for
  expect((await sampling.stop()).map(({ name }) => name)).toEqual(["running"]);
});

it("stops those that run where another cannot be started", async () => {
  const { world } = silentMachine();
  const lost = Object.assign(new Error("EMFILE: too many open files"), { code: "EMFILE" });
  const broken = { ...world.files, list: () => Promise.reject(lost) };
  let scrapes = 0;
  const counting = { scrapeMetrics: () => Promise.resolve({ running: (scrapes += 1) }) };
  const asked = { engine: counting, devices: [], engineGroup: null };
  await expect(startSampling({ ...world, files: broken }, asked)).rejects.toThrow("EMFILE");
  const then = scrapes;
  await real.clock.sleep(50);
  expect(scrapes).toBe(then);
});

it("has one row a sampler", () => {
  const ids = samplers.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
