import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { fail, succeed, type Result } from "../../src/schema/result.ts";
import { outcomeOf, stop } from "../load/child.ts";
import { figuresOnWire, type WireFigures, type WireLoad } from "./wire.ts";

/** What `wire.c` says when it ends. */
interface CaptureCounts {
  segments: number;
  /** That the kernel had no room for. */
  dropped: number;
  /** Bytes of segments that were longer than what is captured of one. */
  cutBytes: number;
  /** User and system time of the capturing process. */
  cpuS: number;
  seconds: number;
}

/** A round's capture, read. Figures are null, and the problem says why, where it is void. */
export type Captured = WireFigures & CaptureCounts;

/** A capture that runs. */
export interface Capture {
  pid: number | null;
  /** Ends it, and leaves what it wrote in its file. */
  stop(): Promise<Result<CaptureCounts>>;
}

/** Its exit code where CAP_NET_RAW is missing. */
const notAllowed = 3;

/** Starts the program; it captures from then on. Fails where it may not, with the reason. */
export async function startCapture(program: string, port: number, file: string): Promise<Result<Capture>> {
  const child = spawn(program, [String(port), file], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = outcomeOf(child);
  const ready = new Promise<true>((resolve) => {
    child.stdout.once("data", () => resolve(true));
  });
  const begun = await Promise.race([ready, ended]);
  if (begun !== true) {
    const said = begun.tail.trim();
    if (begun.code === notAllowed) return fail("not-allowed", said, "Run it as root, or with that capability.");
    return fail("no-capture", `it ended with ${begun.code}: ${said}`, "See its output.");
  }
  return succeed({
    pid: child.pid ?? null,
    async stop() {
      await stop(child);
      const { code, tail } = await ended;
      const said = tail.trim().split("\n").at(-1) ?? "";
      if (code !== 0) return fail("no-capture", `it ended with ${code}: ${said}`, "See its output.");
      return succeed(JSON.parse(said) as CaptureCounts);
    },
  });
}

/** Reads what a capture wrote, and takes the file away. */
export function readCapture(file: string, counts: CaptureCounts, load: WireLoad): Captured {
  const bytes = readFileSync(file);
  rmSync(file);
  const found = figuresOnWire(bytes, load);
  const { dropped, cutBytes } = counts;
  const lost = dropped > 0 ? `${dropped} segments were dropped` : `${cutBytes} bytes were cut off`;
  const isVoid = dropped > 0 || cutBytes > 0;
  return { ...found, ...counts, ...(isVoid ? { figures: null, problem: lost } : {}) };
}

/** Whether it may: a capture that is ended at once. */
export async function tryCapture(program: string): Promise<Result<CaptureCounts>> {
  const tried = await startCapture(program, 1, "/dev/null");
  return tried.ok ? tried.value.stop() : tried;
}

/** What a round's capture leaves in the record; the figures that it gave stand in the round. */
export type CaptureRecord = { client: string; round: number; problem: string | null } & Partial<
  Omit<Captured, "figures">
>;

/** The captures of an engine in words: their cost, which of them are void, and what is remarkable of what they saw. */
export function captureLines(captures: readonly CaptureRecord[]): string[] {
  const costs = captures.flatMap(({ cpuS, seconds, events }) =>
    cpuS === undefined || !seconds || !events ? [] : [{ percent: (cpuS / seconds) * 100, rate: events / seconds }],
  );
  const cost = costs.map(({ percent, rate }) => `${percent.toFixed(2)} % of a core at ${rate.toFixed(0)} events/s`);
  const found = captures.flatMap(({ client, round, problem, resent = 0, leftOut }) => {
    const who = `${client}, round ${round + 1}`;
    const again = `${who}: ${resent} requests went out again, since the server had closed their connection`;
    const lost = (leftOut?.notSent ?? 0) + (leftOut?.failed ?? 0);
    return [
      ...(lost === 0 || problem !== null ? [] : [`${who}: ${lost} requests were not sent or had no whole answer`]),
      ...(problem === null ? [] : [`no witness on the wire: ${who}: ${problem}`]),
      ...(resent === 0 ? [] : [again]),
    ];
  });
  return [
    ...(cost.length === 0 ? [] : [`watching the wire took ${cost.join(", ")}`]),
    ...askedApart(captures),
    ...found,
  ];
}

/** The fields that not all clients sent alike; a client that sent what one before it did is not named again. */
function askedApart(captures: readonly CaptureRecord[]): string[] {
  const sent = captures.flatMap(({ client, asked }) => (asked ? [{ client, asked }] : []));
  const names = [...new Set(sent.flatMap(({ asked }) => Object.keys(asked)))];
  const apart = names.filter((name) => new Set(sent.map(({ asked }) => asked[name])).size > 1);
  if (apart.length === 0) return [];
  const said = new Map<string, string>();
  for (const { client, asked } of sent) {
    const own = apart.filter((name) => name in asked).map((name) => `${name}=${asked[name]}`);
    const fields = own.join(" ") || "nothing";
    if (!said.has(fields)) said.set(fields, `${client} ${fields}`);
  }
  return [`what they asked of the engine was not the same: ${[...said.values()].join("; ")}`];
}
