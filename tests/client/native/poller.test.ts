import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { nativeBytes } from "../../../src/client/native/libc.ts";
import { Poller, READABLE, WRITABLE } from "../../../src/client/native/poller.ts";
import { libc } from "../../support/libc.ts";

const MS = 1e6;

const idle = { wait: () => {}, read: () => {} };

/** Edge-triggered: reported once for each event, and not for as long as it lasts (epoll_ctl(2), EPOLLET). */
const EACH_TIME = 0x8000_0000;

/** `CETERIS_BURSTS=100000` looks for a lost wake-up for longer than a unit test may take. */
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

describe.skipIf(libc === null)("a poller", () => {
  it("tells of what can be read while it is held, and lets Node's loop do its work meanwhile", async () => {
    let wakes = 0;
    const poller = new Poller(libc!, { ...idle, read: () => void (wakes += 1) });
    const { from, put, take } = pipe();
    const { promise: told, resolve: tell } = Promise.withResolvers<number>();
    poller.watch(from, READABLE, {
      onEvents(mask) {
        take();
        poller.letGo();
        tell(mask);
      },
    });
    poller.hold();
    // A timer, a thread of the pool and an immediate: each is Node's, and each is waited for while nothing comes in the pipe.
    await new Promise((done) => void setTimeout(done, 3));
    expect((await readFile(import.meta.filename)).length).toBeGreaterThan(0);
    await new Promise((done) => void setImmediate(done));
    put();
    expect(await told).toBe(READABLE);
    expect(wakes).toBeGreaterThan(0);
    poller.close();
    libc!.close(from);
  });

  it("tells nothing of what nobody holds it for, until it is asked", async () => {
    const poller = new Poller(libc!, idle);
    const { from, put, take } = pipe();
    let told = 0;
    poller.watch(from, READABLE, {
      onEvents() {
        told += 1;
        take();
      },
    });
    put();
    await new Promise((done) => void setTimeout(done, 5));
    expect(told).toBe(0);
    poller.look();
    expect(told).toBe(1);
    poller.look();
    expect(told).toBe(1);
    poller.close();
    poller.look();
  });

  it("tells nothing of a descriptor that was forgotten in the same wake-up, whoever has its place now", async () => {
    const poller = new Poller(libc!, idle);
    const [first, second, third] = [pipe(), pipe(), pipe()];
    const heard: string[] = [];
    const watches = [first, second].map(({ from }, place) =>
      poller.watch(from, READABLE, {
        onEvents() {
          heard.push(String(place));
          poller.forget(watches[1 - place]!);
          poller.watch(third.to, WRITABLE, { onEvents: () => heard.push("third") });
        },
      }),
    );
    first.put();
    second.put();
    poller.look();
    expect(heard).toHaveLength(1);
    poller.close();
  });

  it("rings at the time, not before it, again and again, and not when it was told to be silent", async () => {
    const poller = new Poller(libc!, idle);
    for (const leftMs of [0.2, 1.3, 4, 0]) {
      const startMs = performance.now();
      await new Promise<void>((ring) => poller.setAlarm(leftMs * MS, ring));
      expect(performance.now() - startMs).toBeGreaterThanOrEqual(leftMs);
    }
    let rung = false;
    poller.setAlarm(MS, () => (rung = true));
    poller.clearAlarm();
    poller.clearAlarm();
    await new Promise((done) => void setTimeout(done, 5));
    expect(rung).toBe(false);
    poller.close();
  });

  it("lets a ring set the next one without a turn of Node's loop, unless it is told to leave", async () => {
    for (const leaves of [false, true]) {
      const poller = new Poller(libc!, idle);
      const heard: string[] = [];
      await new Promise<void>((done) => {
        poller.setAlarm(MS, () => {
          heard.push("first");
          void Promise.resolve().then(() => heard.push("promise"));
          if (leaves) poller.leave();
          poller.setAlarm(0.3 * MS, () => {
            heard.push("second");
            done();
          });
        });
      });
      expect(heard).toEqual(leaves ? ["first", "promise", "second"] : ["first", "second", "promise"]);
      poller.close();
    }
  });

  it("lets promises go on soon after something was over, though it is held and nothing else happens", async () => {
    const poller = new Poller(libc!, idle);
    poller.hold();
    poller.hold();
    const heard: string[] = [];
    await new Promise<void>((over) => {
      poller.setAlarm(0.2 * MS, () => {
        heard.push("over");
        over();
        poller.letGo();
      });
    });
    // It still is held: only a turn of Node's loop lets this go on.
    heard.push("went on");
    expect(heard).toEqual(["over", "went on"]);
    poller.letGo();
    poller.close();
  });

  it("keeps the process while it is held, and not after", () => {
    const source = (name: string): string =>
      JSON.stringify(resolve(import.meta.dirname, `../../../src/client/native/${name}.ts`));
    const code = `
      import { loadLibc } from ${source("libc")};
      import { Poller } from ${source("poller")};
      const poller = new Poller(loadLibc(), { wait() {}, read() {} });
      poller.setAlarm(20e6, () => console.log("rung"));
      process.on("exit", () => console.log("over"));
    `;
    const argv = ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", code];
    expect(execFileSync(process.execPath, argv, { encoding: "utf8", timeout: 15_000 })).toBe("rung\nover\n");
  });

  it(`loses no event of ${bursts} bursts, though handlers write more and look again`, () => {
    const poller = new Poller(libc!, idle);
    const pipes = Array.from({ length: 16 }, pipe);
    const room = nativeBytes(64);
    let [put, taken, nested] = [0, 0, 0];
    const burst = (from: number, count: number): void => {
      for (let place = 0; place < count; place += 1) pipes[(from + place * 5) % pipes.length]!.put();
      put += count;
    };
    for (const [place, { from }] of pipes.entries()) {
      poller.watch(from, READABLE | EACH_TIME, {
        onEvents() {
          taken += Math.max(0, libc!.read(from, room.address, 64));
          if (nested >= 6 || place % 2 === 0) return;
          nested += 1;
          burst(place + nested, 3);
          poller.look();
        },
      });
    }
    let lost = 0;
    for (let round = 0; round < bursts; round += 1) {
      [put, taken, nested] = [0, 0, 0];
      burst(round, 1 + (round % 16));
      poller.look();
      poller.look();
      // Bytes whose event was lost are still in their pipe: they are read here, so that the next burst begins with empty pipes.
      if (taken < put) lost += 1;
      for (const { from } of pipes) libc!.read(from, room.address, 64);
    }
    expect(lost).toBe(0);
    poller.close();
    for (const { from, to } of pipes) void [libc!.close(from), libc!.close(to)];
  });

  it("looks at least every few milliseconds, also where nothing happens", async () => {
    let waits = 0;
    const poller = new Poller(libc!, { ...idle, wait: () => void (waits += 1) });
    poller.hold();
    await new Promise((done) => void setTimeout(done, 200));
    poller.letGo();
    poller.close();
    expect(waits).toBeGreaterThan(20);
  });

  it("says so where a descriptor cannot be watched", () => {
    const poller = new Poller(libc!, idle);
    expect(() => poller.watch(9999, READABLE, { onEvents: () => {} })).toThrow(/errno 9/);
    poller.close();
  });
});
