import { describe, expect, it } from "vitest";
import { announce, cancel, poll, submit, type Handout, type PreparedJob } from "../../src/executors/index.ts";
import type { Executor } from "../../src/schema/executor.ts";
import type { SubmittedJob } from "../../src/schema/submission.ts";
import type { World } from "../../src/world/world.ts";

const scheduler: Executor = {
  name: "queue",
  kind: "scheduler",
  settings: { cluster: "a" },
  blocks_per_job: 10,
  script: "{command}",
  submit: { command: ["put", "{script}"], job: "^job (\\d+)", find: ["find", "{name}"] },
  poll: [
    { command: ["ask", "--on={cluster}", "{job}"], line: "^(?<task>\\d+) (?<state>\\S+)" },
    { command: ["history", "{job}"], line: "^(?<task>\\d+) (?<state>\\S+)" },
  ],
  states: { waiting: ["PENDING"], running: ["RUNNING"] },
  cancel: { command: ["end", "{job}"] },
};
const handout: Handout = {
  study: "s",
  mark: "m",
  blocks: [11, 12, 13],
  command: ["c"],
  workingFolder: "/w",
  folder: "/f",
};
const prepared: PreparedJob = {
  name: "job-1.sh",
  script: "c",
  blocks: [11, 12, 13],
  offset: 10,
  submit: ["put", "/f/job-1.sh"],
  find: ["find", "ceteris-s-m-1"],
};

type Answer = { code: number | null; timedOut?: boolean; stdout: string; stderr: string };

/** A machine on which programs answer so; what was asked is in `asked`. */
function machine(answers: Record<string, Partial<Answer>>) {
  const asked: string[][] = [];
  const signalled: unknown[] = [];
  const world = {
    machine: { processTable: "here" },
    processes: {
      async run(argv: string[]): Promise<Answer> {
        asked.push(argv);
        return { code: null, stdout: "", stderr: "", ...answers[argv[0] ?? ""] };
      },
      async detach() {
        return { ok: true, value: { pid: 5, startTicks: 9 } };
      },
      async isSame({ pid }: { pid: number }) {
        return pid === 5;
      },
      signal: (...one: unknown[]) => signalled.push(one) > 0,
    },
  } as unknown as Pick<World, "processes" | "machine">;
  return { world, asked, signalled };
}

async function submitted(): Promise<SubmittedJob> {
  const { world } = machine({ put: { code: 0, stdout: "hello\njob 77\n" } });
  const job = await submit(world, scheduler, handout, prepared);
  if (!job.ok) throw new Error(job.problem.message);
  return job.value;
}

describe("a scheduler", () => {
  it("names the job, with what is asked about it later", async () => {
    expect(await submitted()).toMatchObject({
      job: "77",
      blocks: [11, 12, 13],
      scheduled: { offset: 10, poll: [{ command: ["ask", "--on=a", "77"] }, {}], cancel: ["end", "77"] },
    });
  });

  it("that refuses, names no job or is not there is a failure with its words", async () => {
    for (const [put, message] of [
      [{ code: 1, stderr: "invalid partition\nmore" }, "put ended with 1: invalid partition"],
      [{ code: 0, stdout: "hm" }, "put named no job: hm"],
      [{}, "put could not be started, or did not answer within 60 s"],
    ] as const) {
      const { world } = machine({ put });
      expect(await submit(world, scheduler, handout, prepared)).toMatchObject({
        ok: false,
        problem: { code: "not-submitted", message: `executor queue: ${message}` },
      });
    }
  });

  it("says what waits and what runs; what it does not speak of is unknown, also where it is away", async () => {
    const job = await submitted();
    const answers = { ask: { code: 0, stdout: "1 PENDING\n2 RUNNING\n3 FAILED\nnoise\n" } };
    expect([...(await poll(machine(answers).world, job))]).toEqual([
      [11, { is: "waiting", said: "PENDING" }],
      [12, { is: "running", said: "RUNNING" }],
      [13, { is: "ended", said: "FAILED" }],
    ]);
    expect(await poll(machine({ ask: { code: 1, stdout: "1 PENDING" } }).world, job)).toEqual(new Map());
    expect([...(await poll(machine({ history: { code: 0, stdout: "3 RUNNING" } }).world, job))]).toEqual([
      [13, { is: "running", said: "RUNNING" }],
    ]);
  });

  it("is told to end a job, and its refusal is a failure", async () => {
    const job = await submitted();
    const queued = { ask: { code: 0, stdout: "1 PENDING\n2 FAILED\n" } };
    const { world, asked } = machine({ ...queued, end: { code: 0 } });
    expect(await cancel(world, job)).toEqual({ ok: true, value: "cancelled" });
    expect(asked.at(-1)).toEqual(["end", "77"]);
    for (const answers of [queued, {}])
      expect(await cancel(machine({ ...answers, end: { code: 2, stderr: "no" } }).world, job)).toMatchObject({
        ok: false,
        problem: { code: "not-cancelled", message: "end 77 ended with 2: no" },
      });
  });

  it("that ends a job without a word is believed only where it spoke of it as not ended", async () => {
    const job = await submitted();
    const over = { ask: { code: 0, stdout: "1 COMPLETED\n2 FAILED\n" } };
    for (const [answers, is] of [
      [{ ...over, end: { code: 0 } }, "ended"],
      [{ ...over, end: { code: 1, stderr: "no such job" } }, "ended"],
      [{ ask: { code: 1 }, end: { code: 0 } }, "unknown"],
    ] as const)
      expect(await cancel(machine(answers).world, job)).toEqual({ ok: true, value: is });
  });
});

describe("a job of which nobody lived to record more than its name", () => {
  const job = announce(scheduler, prepared)!;
  const queued = { find: { code: 0, stdout: "job 77\n" }, ask: { code: 0, stdout: "1 PENDING\n" }, end: { code: 0 } };
  const without = { ...queued, find: { code: 0 } };

  it("is found by it, and asked about and ended as any other", async () => {
    const { world, asked } = machine(queued);
    expect([...(await poll(world, job)).keys()]).toEqual([11]);
    expect(await cancel(world, job)).toEqual({ ok: true, value: "cancelled" });
    const question = [
      ["ask", "--on=a", "77"],
      ["history", "77"],
    ];
    expect(asked).toEqual([
      ["find", "ceteris-s-m-1"],
      ...question,
      ["find", "ceteris-s-m-1"],
      ...question,
      ["end", "77"],
    ]);
  });

  it("was never handed out, or is over, where the scheduler knows no such name: there is nothing to end", async () => {
    const { world, asked } = machine(without);
    expect(await poll(world, job)).toEqual(new Map());
    expect(await cancel(world, job)).toEqual({ ok: true, value: "unknown" });
    expect(asked.map(([program]) => program)).toEqual(["find", "find"]);
  });

  it("is unknown where the scheduler is away, or its file does not say how to ask", async () => {
    const { scheduled: { find: _, ...scheduled } = {}, ...rest } = job;
    for (const [answers, asked] of [
      [{}, job],
      [queued, { ...rest, scheduled } as SubmittedJob],
    ] as const) {
      const { world } = machine(answers);
      expect(await poll(world, asked)).toEqual(new Map());
      expect(await cancel(world, asked)).toMatchObject({ ok: false, problem: { code: "not-cancelled" } });
    }
  });

  it("is handed out although the scheduler answered too late, where it has the name", async () => {
    const late = await submit(machine({ ...queued, put: { code: null } }).world, scheduler, handout, prepared);
    expect(late).toMatchObject({ ok: true, value: await submitted() });
    const lost = await submit(machine({ ...without, put: { code: null } }).world, scheduler, handout, prepared);
    expect(lost).toMatchObject({ ok: false, problem: { code: "not-submitted" } });
  });

  it("may be handed out where the scheduler answered too late and cannot be asked since", async () => {
    const away = { put: { code: null, timedOut: true }, find: { code: 1 } };
    const unknown = await submit(machine(away).world, scheduler, handout, prepared);
    expect(unknown).toMatchObject({ ok: false, problem: { code: "perhaps-submitted" } });
    const nameless = await submit(machine(away).world, scheduler, handout, { ...prepared, find: null });
    expect(nameless).toMatchObject({ ok: false, problem: { code: "not-submitted" } });
  });
});

describe("a slot of this machine", () => {
  const slots: Executor = { name: "local", kind: "slots", slots: [{}], share_host: true, script: "{command}" };

  it("is a process, which waits as long as it lives and is ended by its mark", async () => {
    const { world, signalled } = machine({});
    const job = await submit(world, slots, handout, { ...prepared, submit: null, find: null });
    if (!job.ok) throw new Error(job.problem.message);
    expect(job.value).toMatchObject({ job: "5", process: { mark: { pid: 5, startTicks: 9 }, processTable: "here" } });
    expect([...(await poll(world, job.value)).keys()]).toEqual([11, 12, 13]);
    expect(await cancel(world, job.value)).toEqual({ ok: true, value: "cancelled" });
    expect(signalled).toEqual([[5, "SIGTERM"]]);
  });

  it("whose process is gone has ended, and is not said to be cancelled", async () => {
    const { world, signalled } = machine({});
    const job = { job: "6", blocks: [1], process: { mark: { pid: 6, startTicks: 9 }, processTable: "here" } };
    expect([...(await poll(world, job)).values()]).toMatchObject([{ is: "ended" }]);
    expect(await cancel(world, job)).toEqual({ ok: true, value: "ended" });
    expect(signalled).toEqual([]);
  });

  it("of another machine is not known, and not ended", async () => {
    const { world, signalled } = machine({});
    const job = { job: "5", blocks: [1], process: { mark: { pid: 5, startTicks: 9 }, processTable: "there" } };
    expect(await poll(world, job)).toEqual(new Map());
    expect(await cancel(world, job)).toMatchObject({ ok: false, problem: { code: "not-cancelled" } });
    expect(signalled).toEqual([]);
  });
});
