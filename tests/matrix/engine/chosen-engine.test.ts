import { describe, expect, it } from "vitest";
import { expandStudy } from "../../../src/design/index.ts";
import { diagnose, isolation, load, matrix } from "../study-fixture.ts";

const files = {
  "sut/endpoint.yaml": "title: a running server\nenvironment: { kind: endpoint, url: 'http://127.0.0.1:1' }\n",
  "matrices/a.yaml": matrix({
    baseline: "{ knobs: { max_num_seqs: 16, env.A: b, load.max_in_flight: 4 } }",
    design: isolation("{ id: f16, set: { dtype: float16 } }", "{ id: more, set: { load.max_in_flight: 8 } }"),
  }),
};
const url = "http://gpu:8000";

describe("a server that --url names", () => {
  it("takes the place of an engine that would be started; what only a start can apply is left to it", () => {
    const { study } = load(files, { url });
    expect(study?.engine).toMatchObject({ name: "endpoint", environment: { kind: "endpoint", url } });
    expect(study?.baseline.knobs).toEqual({ "load.max_in_flight": 4 });
    const rows = expandStudy(study!).experiments.map(({ labels, skip }) => [labels.name, skip]);
    expect(rows).toEqual([
      ["baseline", null],
      ["f16", "a running server is not started by Ceteris, and dtype takes effect at a start"],
      ["more", null],
    ]);
    const said = diagnose(files, { overrides: { url } }).map(({ code, severity }) => `${severity} ${code}`);
    expect(said).toEqual(["warning left-to-server", "warning server-runs-already"]);
  });

  it("is asked without the prefix and the hooks that belong to a start", () => {
    const sut =
      "{ engine: pocket, model: m, prefix: [env], before_launch: [[a]], after_trial: [[b]], extra_args: [-x] }";
    const { study } = load({ ...files, "matrices/a.yaml": matrix({ sut }) }, { url });
    expect(study).toMatchObject({ prefix: [], beforeLaunch: [], afterTrial: [], extraArgs: [] });
    const own = load({ ...files, "matrices/a.yaml": matrix({ sut }) }).study;
    expect(own).toMatchObject({ prefix: ["env"], beforeLaunch: [["a"]], afterTrial: [["b"]], extraArgs: ["-x"] });
  });

  it("takes the place of another server, with the study's own name", () => {
    const own = matrix({
      sut: `{ engine: endpoint, url: 'http://other', model: m }`,
      baseline: "{ id: s }",
      design: isolation("{ id: more, set: { load.max_in_flight: 8 } }"),
    });
    const { study, diagnostics } = load({ ...files, "matrices/a.yaml": own }, { url });
    expect(diagnostics).toEqual([]);
    expect(study?.engine).toMatchObject({ name: study?.declaredEngine, environment: { url } });
    const there = load({ ...files, "matrices/a.yaml": own });
    expect(expandStudy(study!).experiments.map(({ id }) => id)).toEqual(
      expandStudy(there.study!).experiments.map(({ id }) => id),
    );
  });

  it("is refused beside an engine of --sut that would be started, and where it is no address", () => {
    expect(load(files, { url, sut: "pocket-cpu" })).toMatchObject({
      study: null,
      diagnostics: [{ code: "not-a-server" }],
    });
    const bad = load(files, { url: "http://me:geheim@gpu" });
    expect(bad).toMatchObject({ study: null, diagnostics: [{ code: "secret-in-url" }] });
    expect(JSON.stringify(bad)).not.toContain("geheim");
  });
});
