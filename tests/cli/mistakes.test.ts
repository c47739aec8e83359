import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeStudyFolder, runCli } from "../support/cli.ts";

const matrix = (change: (text: string) => string = (text) => text): string =>
  change(`
study: mistaken
question: Is a user's mistake reported as one?
sut: { engine: simulated, model: org/m }
baseline: { knobs: { max_num_seqs: 64 } }
design: { kind: isolation, changes: [{ id: seqs32, set: { max_num_seqs: 32 } }] }
workloads:
  - { workload: one, scenario: closed, dataset: { kind: synthetic }, load: { concurrency: 4 }, counts: { smoke: { requests: 8 } } }
`);

let study: ReturnType<typeof makeStudyFolder>;
beforeAll(() => {
  study = makeStudyFolder({ "ok.yaml": matrix() });
  mkdirSync(join(study.folder, "folder.yaml"));
  writeFileSync(join(study.folder, "file"), "");
  writeFileSync(join(study.folder, "bytes.yaml"), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 0xff]));
  writeFileSync(
    join(study.folder, "latin.yaml"),
    Buffer.from(
      matrix((text) => text.replace("user", "üser")),
      "latin1",
    ),
  );
  writeFileSync(join(study.folder, "empty.yaml"), "");
  writeFileSync(
    join(study.folder, "twice.yaml"),
    matrix((text) => `${text}study: again\n`),
  );
  const bomb = Array.from(
    { length: 9 },
    (_, depth) => `a${depth + 1}: &a${depth + 1} [${Array(9).fill(`*a${depth}`).join(", ")}]`,
  );
  writeFileSync(join(study.folder, "bomb.yaml"), `a0: &a0 [x]\n${bomb.join("\n")}\n${matrix()}`);
  const names: [string, (text: string) => string][] = [
    ["no-model", (text) => text.replace("org/m", '""')],
    ["nul", (text) => text.replace("org/m", String.raw`"a\0b"`)],
    ["no-engine", (text) => text.replace("simulated", "simulatd")],
    ["huge", (text) => text.replace("requests: 8", "requests: 1e400")],
    ["data", (text) => text.replace("kind: synthetic", String.raw`kind: jsonl, path: "q\0.jsonl"`)],
    ...["constructor", "__proto__", "toString"].map((knob): [string, (text: string) => string] => [
      knob,
      (text) => text.replace("max_num_seqs: 32", `${knob}: 32`),
    ]),
  ];
  for (const [name, change] of names) writeFileSync(join(study.folder, `${name}.yaml`), matrix(change));
});
afterAll(() => study.remove());

describe("a user's mistake", () => {
  it.each([
    [["plan", "folder.yaml"], /folder\.yaml is a folder/],
    [["plan", "none.yaml"], /there is no none\.yaml/],
    [["plan", "bytes.yaml"], /this is a program, and not UTF-8 text/],
    [["plan", "latin.yaml"], /this is not UTF-8 text/],
    [["plan", "empty.yaml"], /says nothing/],
    [["plan", "twice.yaml"], /`study` is written twice/],
    [["plan", "bomb.yaml"], /grow to more than/],
    [["plan", "no-model.yaml"], /names no model/],
    [["plan", "nul.yaml"], /a character that no name can have/],
    [["plan", "data.yaml"], /a character that no file name may hold/],
    [["plan", "no-engine.yaml"], /did you mean `simulated`\?.*vllm/],
    [["plan", "huge.yaml"], /finite number/],
    [["plan", "constructor.yaml"], /has no knob `constructor`/],
    [["plan", "__proto__.yaml"], /has no knob `__proto__`/],
    [["plan", "toString.yaml"], /has no knob `toString`/],
    [["run", "ok.yaml", "--results", "file"], /a file stands where a folder should be/],
    [["query", "SELECT 1", "--results", "file"], /no results folder|a file stands where/],
    [["report", "nothing"], /there is no study nothing/],
  ])("is reported with what to do, and exit code 2: %j", async (args, said) => {
    const answer = await runCli(args, study.folder);
    expect([answer.code, answer.stderr]).toEqual([2, expect.stringMatching(said)]);
    expect(answer.stderr).not.toContain("internal error");
  });
});
