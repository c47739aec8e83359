import { expect, it } from "vitest";
import { profiledLoad, profiledSut, type Loaded } from "../../src/run/profiling.ts";
import type { Failure } from "../../src/schema/launch.ts";
import { sutOf } from "../../src/schema/sut.ts";
import { makeStudy } from "../support/make-study.ts";

it("puts a profiler around, after and among what the engine is started with", () => {
  const study = makeStudy({ kind: "isolation", changes: [] });
  const sut = { ...sutOf(study, {}), prefix: ["numactl"], extraArgs: ["--own"] };
  const profiler = {
    prefix: ["nsys", "profile", "--output={folder}/nsys"],
    arguments: ["--profiler-config", '{"torch_profiler_dir": "{folder}"}'],
    variables: { TRACES: "{folder}/x" },
  };
  const found = profiledSut(sut, { profiler, folder: "/results/$&" });
  expect(found.prefix).toEqual(["nsys", "profile", "--output=/results/$&/nsys", "numactl"]);
  expect(found.extraArgs).toEqual(["--own", "--profiler-config", '{"torch_profiler_dir": "/results/$&"}']);
  expect(found.engine.variables).toEqual({ ...sut.engine.variables, TRACES: "/results/$&/x" });
  expect(profiledSut(sut, { profiler: {}, folder: "/x" })).toEqual(sut);
});

const refused: Failure = { class: "profiler-not-obeyed", message: "404", file: null, line: null, hint: "" };
const nothing: Loaded = { loaded: null, failure: null, sizing: null };

/** The routes that were asked and the load, in order, and what came of it. */
async function profiled(profiler: { start?: string; stop?: string } | null, refuses?: string, aborted = false) {
  const steps: string[] = [];
  const tellProfiler = (path: string) => {
    steps.push(path);
    return Promise.resolve(path === refuses ? refused : null);
  };
  const session = {
    signal: aborted ? AbortSignal.abort() : new AbortController().signal,
    ...(profiler === null ? {} : { profiling: { profiler, folder: "/x" } }),
  };
  const found = await profiledLoad(session, { tellProfiler }, () => {
    steps.push("load");
    return Promise.resolve(nothing);
  });
  return [steps.join(" "), found.failure?.class ?? null];
}

it("runs the load between the profiler's routes, and none where it refuses to start", async () => {
  const routes = { start: "/start", stop: "/stop" };
  expect(await profiled(null)).toEqual(["load", null]);
  expect(await profiled({})).toEqual(["load", null]);
  expect(await profiled(routes)).toEqual(["/start load /stop", null]);
  expect(await profiled(routes, "/start")).toEqual(["/start", "profiler-not-obeyed"]);
  expect(await profiled(routes, "/stop")).toEqual(["/start load /stop", "profiler-not-obeyed"]);
  expect(await profiled(routes, undefined, true)).toEqual(["/start load", null]);
});
