import { expect, it } from "vitest";
import { showCommand } from "../../../src/commands/plan/show-command.ts";
import { expandStudy } from "../../../src/design/index.ts";
import { axesOf } from "../../../src/schema/axis.ts";
import { realWorld } from "../../../src/world/real-world.ts";
import { makeStudy } from "../../support/make-study.ts";
import { eager } from "../../support/some-changes.ts";

const study = makeStudy(
  { kind: "isolation", changes: [eager] },
  { sweep: axesOf({ "load.batch_size": [4, 8] }, "/sweep", () => "bs") },
);

async function shown(name: string, of = study) {
  const said = { out: "", err: "" };
  const usual = realWorld();
  const streams = {
    ...usual.streams,
    out: (text: string) => void (said.out += text),
    err: (text: string) => void (said.err += text),
  };
  const { experiments, contrasts } = expandStudy(of);
  const plan = { study: of, experiments, contrasts, trials: [], diagnostics: [] };
  const code = await showCommand({ ...usual, streams }, plan, { name, root: "/study" });
  return { code, ...said };
}

it("takes a row with its point, without it, and with one that is not there", async () => {
  const whole = await shown("eager·bs8");
  expect(whole).toMatchObject({ code: 0, err: "" });
  expect(whole.out).toContain("--enforce-eager");
  expect(await shown("eager")).toEqual(whole);
  expect(await shown("eager·c64")).toEqual(whole);
  expect((await shown("baseline")).out).not.toContain("--enforce-eager");
});

it("shows a command for each system, with the experiments above it", async () => {
  const systems = ["8b", "70b"].map((id) => ({ id, set: { "sut.model": `org/${id}` }, pointer: "" }));
  const { out } = await shown("eager", { ...study, systems });
  expect(out.match(/^#.*$/gm)).toEqual(["# eager@8b·bs4, eager@8b·bs8", "# eager@70b·bs4, eager@70b·bs8"]);
  expect(out).toContain("org/70b");
  expect((await shown("eager@8b", { ...study, systems })).out).not.toContain("org/70b");
});

it("names what there is where there is nothing of that name", async () => {
  expect(await shown("eag")).toEqual({
    code: 2,
    out: "",
    err: "ceteris: test-study has no experiment and no row eag\n  There are: baseline·bs4, eager·bs4, baseline·bs8, eager·bs8.\n",
  });
});
