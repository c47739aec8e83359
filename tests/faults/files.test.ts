import { cpSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { compareCommand } from "../../src/commands/compare.ts";
import { queryCommand } from "../../src/commands/query.ts";
import { reportCommand } from "../../src/commands/report.ts";
import { statusCommand } from "../../src/commands/status.ts";
import { syncCommand } from "../../src/commands/sync.ts";
import { verifyCommand } from "../../src/commands/verify.ts";
import { fakeMlflow } from "../support/fake-mlflow.ts";
import { children } from "../support/mlflow-lab.ts";
import { sealedStudy } from "../support/sealed-study.ts";
import { studyWorld } from "../support/study-world.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";
import { fileFaults } from "./file-faults.ts";

const temporaryFolder = useTemporaryFolders();
let folder: string;
let study: string;
beforeEach(async () => {
  folder = temporaryFolder();
  study = await sealedStudy(studyWorld(folder), join(folder, "results"));
});

/** Folders of the trials of a row, by block. */
function trialsOf(row: string): string[] {
  return readdirSync(study)
    .filter((name) => name.startsWith("exp"))
    .flatMap((experiment) => readdirSync(join(study, experiment)).map((trial) => join(study, experiment, trial)))
    .filter((trial) => readFileSync(join(trial, "trial.json"), "utf8").includes(`"experiment": "${row}"`));
}

/** Every command that shows a trial, with all that it says. */
async function everyCommand(): Promise<Record<"report" | "status" | "compare" | "query" | "sync" | "verify", string>> {
  let said = "";
  const server = fakeMlflow();
  const world = studyWorld(folder, ({ streams, network }) => ({
    network: { ...network, request: (asked) => server.request(asked) },
    streams: { ...streams, out: (text) => void (said += text), err: (text) => void (said += text) },
  }));
  const of = async (work: Promise<number>): Promise<string> => {
    said = "";
    const code = await work;
    return `${said}exit ${code}`;
  };
  const never = new AbortController().signal;
  const report = await of(reportCommand(world, { study: "sealed" }));
  const sql = "SELECT experiment, block, status, reason FROM trials ORDER BY ALL";
  return {
    report: report + readFileSync(join(folder, "reports/out/sealed.md"), "utf8"),
    status: await of(statusCommand(world, { json: false, watch: false }, never)),
    compare: await of(compareCommand(world, { operands: ["sealed/baseline", "sealed/fp8"] })),
    query: await of(queryCommand(world, { sql, format: "csv" })),
    sync: `${await of(syncCommand(world, { tracking: "http://mlflow.test" }))}, ${children(server.runs).length} runs`,
    verify: await of(verifyCommand(world, { json: false })),
  };
}

describe("a trial whose files are not as they were written", () => {
  it(`planted: ${fileFaults.edited.injected}`, async () => {
    const [edited] = trialsOf("fp8");
    const path = join(edited!, "trial.json");
    writeFileSync(path, readFileSync(path, "utf8").replaceAll(/"value": 15\d\d/g, '"value": 9999'));
    const { report, status, compare, query, sync, verify } = await everyCommand();
    const why = "trial.json was edited since it was written";
    expect(report).toContain(`INVALID, as-written: ${why}`);
    expect(report).toMatch(/\| fp8 (?!.*9999).*SCREENED \(1 of 2 usable\)/);
    expect(status).toMatch(/sealed +4\/4 +0 +3 +1 +0/);
    for (const said of [report, status, compare, query, sync]) expect(said).toContain(`${edited}: ${why}`);
    expect(compare).toContain("1 of 2 usable");
    expect(query).toMatch(/^fp8,\d,INVALID,trial\.json was edited/m);
    expect(sync).toMatch(/3 sent, 0 were there\nexit 0, 3 runs$/);
    expect(verify).toContain(`${basename(dirname(edited!))}/${basename(edited!)}: trial.json has another sha256`);
    expect(verify).toMatch(/exit 1$/);
  });

  it(`planted: ${fileFaults.cutOff.injected}`, async () => {
    const [cut] = trialsOf("fp8");
    truncateSync(join(cut!, "requests.parquet"), 200);
    const { report, status, compare, sync, verify } = await everyCommand();
    for (const said of [report, status, compare, sync])
      expect(said).toMatch(/is not as it was written: requests\.parquet has 200 bytes, and had \d+/);
    expect(status).toMatch(/sealed +4\/4 +0 +4 +0 +0/);
    expect(sync).toContain("4 runs");
    expect(verify).toMatch(/requests\.parquet has another sha256 \(\d+ → 200 bytes\)\n[^]*exit 1$/);
  });

  it(`planted: ${fileFaults.copied.injected}`, async () => {
    const [first, second] = trialsOf("fp8");
    cpSync(first!, `${first}-again`, { recursive: true });
    const other = await sealedStudy(studyWorld(folder), join(folder, "elsewhere"), "other");
    cpSync(join(other, relative(study, second!)), second!, { recursive: true });
    const { report, status, compare, query, sync, verify } = await everyCommand();
    for (const said of [report, status, compare, query, sync, verify]) {
      expect(said).toContain(`holds a copy of trial ${basename(first!)}`);
      expect(said).toContain("is a trial of the study other");
    }
    expect(sync).toContain("3 runs");
    expect(verify).toMatch(/exit 1$/);
  });
});
