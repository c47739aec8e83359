import { expect, it } from "vitest";
import { realWorld } from "../../src/world/real-world.ts";

const { processes } = realWorld();

it("hands on each line while the program runs, and ends it alone", async () => {
  const lines: string[] = [];
  const { promise: third, resolve } = Promise.withResolvers<void>();
  const script = "let n = 0; setInterval(() => console.log(`pid ${process.pid} line ${n++}`), 5)";
  const followed = await processes.follow([process.execPath, "-e", script], (line) => {
    lines.push(line);
    if (lines.length === 3) resolve();
  });
  if (!followed.ok) throw new Error(followed.problem.message);
  await third;
  const pid = Number(/pid (\d+)/.exec(lines[0] ?? "")?.[1]);
  await followed.value.stop();
  expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  expect(lines[2]).toBe(`pid ${pid} line 2`);
  await followed.value.stop();
});

it("has all lines of a program that ends by itself, when it has ended", async () => {
  const lines: string[] = [];
  const followed = await processes.follow([process.execPath, "-e", 'process.stdout.write("a\\r\\nb")'], (line) =>
    lines.push(line),
  );
  if (!followed.ok) throw new Error(followed.problem.message);
  await followed.value.ended;
  expect(lines).toEqual(["a", "b"]);
});

it("fails for a program that is not there", async () => {
  expect(await processes.follow(["ceteris-no-such-program"], () => {})).toMatchObject({ ok: false });
});
