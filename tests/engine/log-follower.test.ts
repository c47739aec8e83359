import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { followLog } from "../../src/engine/log-follower.ts";
import { realFiles } from "../../src/world/files.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

it("hands on each complete line once, and keeps what is being written", async () => {
  const file = join(temporaryFolder(), "server.log");
  const log = followLog(realFiles, file);
  const seen: string[] = [];
  expect(await log.read((line) => seen.push(line))).toBe(0);
  writeFileSync(file, "one\ntw");
  expect(await log.read((line) => seen.push(line))).toBe(6);
  appendFileSync(file, "o\n\nthrée");
  expect(await log.read((line) => seen.push(line))).toBe(9);
  expect(seen).toEqual(["one", "two", ""]);
  expect([log.text(), log.lines()]).toEqual(["one\ntwo\n\nthrée", 3]);
});

it("reads a character that is cut between two parts", async () => {
  const file = join(temporaryFolder(), "server.log");
  const text = `${"é".repeat(1 << 20)}\n`;
  writeFileSync(file, `x${text}`);
  const log = followLog(realFiles, file, {
    limits: { headCharacters: 4 << 20, tailCharacters: 8, lineCharacters: 4 << 20 },
  });
  await log.read();
  expect(log.text()).toBe(`x${text}`);
});

it("of a log without measure keeps beginning and end, with the lines' numbers", async () => {
  const file = join(temporaryFolder(), "server.log");
  writeFileSync(file, Array.from({ length: 1000 }, (_, index) => `line ${index + 1}\n`).join(""));
  const log = followLog(realFiles, file, { limits: { headCharacters: 50, tailCharacters: 100, lineCharacters: 10 } });
  let handed = 0;
  await log.read(() => (handed += 1));
  const lines = log.text().split("\n");
  expect([handed, log.lines(), lines.length]).toEqual([1000, 1000, 1001]);
  expect([lines[0], lines[500], lines[999]]).toEqual(["line 1", "", "line 1000"]);
  expect(lines.join("").length).toBeLessThan(400);
  appendFileSync(file, "x".repeat(1000));
  await log.read();
  expect(log.text().split("\n")[1000]).toBe("x".repeat(10));
});

it("of a progress bar keeps what it shows last, and what follows it", async () => {
  const file = join(temporaryFolder(), "server.log");
  writeFileSync(file, Array.from({ length: 100 }, (_, percent) => `\rloading ${percent} %`).join(""));
  const log = followLog(realFiles, file, { limits: { headCharacters: 99, tailCharacters: 99, lineCharacters: 60 } });
  expect(await log.read()).toBeGreaterThan(1000);
  appendFileSync(file, "\rTraceback (most recent call last):\nand more");
  await log.read();
  expect(log.text()).toBe("loading 99 %\rTraceback (most recent call last):\nand more");
});
