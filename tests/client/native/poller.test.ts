import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { nativeBytes } from "../../../src/client/native/libc.ts";
import { Poller, READABLE, WRITABLE } from "../../../src/client/native/poller.ts";
import { libc } from "../../support/libc.ts";
import { eventually } from "../../support/stream-server.ts";

const MS = 1e6;

const noPause = { us: (): number => 0 };

const clock = { beforeWait: () => {}, afterWait: () => {} };

/** Edge-triggered: reported once for each event, and not for as long as it lasts (epoll_ctl(2), EPOLLET). */
const EACH_TIME = 0x8000_0000;

/** `CETERIS_BURSTS=100000` looks for a lost event for longer than a unit test may take. */
const bursts = Number(process.env["CETERIS_BURSTS"] ?? 3000);

/** A pipe: its end to read and its end to write, and a byte to write. */
function pipe(): { from: number; to: number; put: () => void; take: () => void } {
  const room = nativeBytes(16);
  libc!.pipe2(room.address, 0o4000);
  const [from, to] = [room.words[0]!, room.words[1]!];
  return {
    from,
    to,
    put: () => void libc!.write(to, room.address, 1),
    take: () => void libc!.read(from, room.address, 1),
  };
}

const nextTurn = (): Promise<void> => new Promise((done) => void setImmediate(done));
const milliseconds = (ms: number): Promise<void> => new Promise((done) => void setTimeout(done, ms));

describe.skipIf(libc === null)("a poller", () => {
  it("reports what can be read while it is held, and lets Node's loop do its work meanwhile", async () => {
    let wakes = 0;
    const poller = new Poller(libc!, { ...clock, afterWait: () => void (wakes += 1) }, noPause);
    const { from, put, take } = pipe();
    const { promise: reported, resolve: report } = Promise.withResolvers<number>();
    poller.subscribe(from, READABLE, {
      onEvents(mask) {
        take();
        poller.release();
        report(mask);
      },
    });
    poller.hold();
    // A timer, a thread of the pool and an immediate: each is Node's, and each is waited for while nothing comes in the pipe.
    await milliseconds(3);
    expect((await readFile(import.meta.filename)).length).toBeGreaterThan(0);
    await nextTurn();
    put();
    expect(await reported).toBe(READABLE);
    expect(wakes).toBeGreaterThan(0);
    poller.close();
    libc!.close(from);
  });

  it("reports nothing while nobody holds it, and then what has happened meanwhile", async () => {
    const poller = new Poller(libc!, clock, noPause);
    const { from, put, take } = pipe();
    let reported = 0;
    poller.subscribe(from, READABLE, {
      onEvents() {
        reported += 1;
        take();
      },
    });
    put();
    await milliseconds(5);
    expect(reported).toBe(0);
    poller.hold();
    await milliseconds(5);
    expect(reported).toBe(1);
    poller.release();
    poller.close();
  });

  it("reports nothing of a descriptor that was unsubscribed in the same wake-up", async () => {
    const poller = new Poller(libc!, clock, noPause);
    const [first, second, third] = [pipe(), pipe(), pipe()];
    const reported: string[] = [];
    const both = [first, second];
    for (const [place, { from }] of both.entries()) {
      poller.subscribe(from, READABLE, {
        onEvents() {
          reported.push(String(place));
          poller.unsubscribe(both[1 - place]!.from);
          poller.unsubscribe(from);
          poller.subscribe(third.to, WRITABLE, {
            onEvents() {
              reported.push("third");
              poller.unsubscribe(third.to);
            },
          });
        },
      });
    }
    first.put();
    second.put();
    poller.hold();
    await eventually(() => reported.includes("third"));
    expect(reported).toEqual([expect.stringMatching(/^[01]$/), "third"]);
    poller.release();
    poller.close();
  });

  it("calls at the time, not before it, again and again, and not when that was taken back", async () => {
    const poller = new Poller(libc!, clock, noPause);
    for (const leftMs of [0.2, 1.3, 4, 0]) {
      const startMs = performance.now();
      await new Promise<void>((onDue) => poller.setDue(leftMs * MS, onDue));
      expect(performance.now() - startMs).toBeGreaterThanOrEqual(leftMs);
    }
    let called = false;
    poller.setDue(MS, () => (called = true));
    poller.clearDue();
    poller.clearDue();
    await milliseconds(5);
    expect(called).toBe(false);
    poller.close();
  });

  it("gives the event loop its turn after each due time, before the next one", async () => {
    const poller = new Poller(libc!, clock, noPause);
    const order: string[] = [];
    await new Promise<void>((done) => {
      poller.setDue(MS, () => {
        order.push("first");
        void Promise.resolve().then(() => order.push("promise"));
        poller.setDue(0.3 * MS, () => {
          order.push("second");
          done();
        });
      });
    });
    expect(order).toEqual(["first", "promise", "second"]);
    poller.close();
  });

  /** What a process of its own says that has nothing else to do. `pipe` and `poller` are there. */
  const saidBy = (code: string): string => {
    const source = (name: string): string =>
      JSON.stringify(resolve(import.meta.dirname, `../../../src/client/native/${name}.ts`));
    const whole = `
      import { loadLibc, nativeBytes } from ${source("libc")};
      import { Poller, READABLE } from ${source("poller")};
      const libc = loadLibc();
      const poller = new Poller(libc, { beforeWait() {}, afterWait() {} }, { us: () => 0 });
      const room = nativeBytes(16);
      libc.pipe2(room.address, 0o4000);
      const [from, to] = room.words;
      ${code}
    `;
    const argv = ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", whole];
    return execFileSync(process.execPath, argv, { encoding: "utf8", timeout: 15_000 });
  };

  it("goes on after a plain read without a turn of the event loop, and gives it one after an end", () => {
    const said = saidBy(`
      let reads = 0;
      poller.subscribe(from, READABLE, {
        onEvents() {
          libc.read(from, room.address, 1);
          reads += 1;
          const read = reads;
          console.log("read", read);
          void Promise.resolve().then(() => console.log("promise", read));
          if (read < 5) libc.write(to, room.address, 1);
          if (read === 3 || read === 5) poller.release();
          if (read === 3) poller.hold();
        },
      });
      libc.write(to, room.address, 1);
      poller.hold();
    `);
    const turns = ["read 1", "read 2", "read 3", "promise 1", "promise 2", "promise 3"];
    expect(said.trim().split("\n")).toEqual([...turns, "read 4", "read 5", "promise 4", "promise 5"]);
  });

  it("keeps the process while it is held, and not after", () => {
    const said = saidBy(`
      poller.setDue(20e6, () => console.log("due"));
      process.on("exit", () => console.log("exit"));
    `);
    expect(said).toBe("due\nexit\n");
  });

  it(`loses no event of ${bursts} bursts, though handlers write more`, async () => {
    const poller = new Poller(libc!, clock, noPause);
    const pipes = Array.from({ length: 16 }, pipe);
    const room = nativeBytes(64);
    let [put, taken, answered] = [0, 0, 0];
    const burst = (from: number, count: number): void => {
      for (let place = 0; place < count; place += 1) pipes[(from + place * 5) % pipes.length]!.put();
      put += count;
    };
    for (const [place, { from }] of pipes.entries()) {
      poller.subscribe(from, READABLE | EACH_TIME, {
        onEvents() {
          taken += Math.max(0, libc!.read(from, room.address, 64));
          if (answered >= 6 || place % 2 === 0) return;
          answered += 1;
          burst(place + answered, 3);
        },
      });
    }
    poller.hold();
    let lost = 0;
    for (let round = 0; round < bursts; round += 1) {
      [put, taken, answered] = [0, 0, 0];
      burst(round, 1 + (round % 16));
      const isTaken = (): boolean => taken >= put;
      for (let turn = 0; !isTaken() && turn < 20; turn += 1) await nextTurn();
      // Bytes whose event was lost are still in their pipe: they are read here, so that the next burst begins with empty pipes.
      if (!isTaken()) lost += 1;
      for (const { from } of pipes) libc!.read(from, room.address, 64);
    }
    expect(lost).toBe(0);
    poller.release();
    poller.close();
    for (const { from, to } of pipes) void [libc!.close(from), libc!.close(to)];
  });

  it("looks at least every few milliseconds, also where nothing happens", async () => {
    let waits = 0;
    const poller = new Poller(libc!, { ...clock, beforeWait: () => void (waits += 1) }, noPause);
    poller.hold();
    await milliseconds(200);
    poller.release();
    poller.close();
    expect(waits).toBeGreaterThan(20);
  });

  it("says so where a descriptor cannot be watched", () => {
    const poller = new Poller(libc!, clock, noPause);
    expect(() => poller.subscribe(9999, READABLE, { onEvents: () => {} })).toThrow(/errno 9/);
    poller.close();
  });
});
