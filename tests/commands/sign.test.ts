import { readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { signCommand } from "../../src/commands/sign.ts";
import { verifyCommand, type VerifyOptions } from "../../src/commands/verify.ts";
import { blockLeases } from "../../src/store/index.ts";
import { sealedStudy } from "../support/sealed-study.ts";
import { studyWorld } from "../support/study-world.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
let folder: string;
let study: string;
let out: string;
let err: string;
const world = (variables: Record<string, string> = {}) =>
  studyWorld(folder, (usual) => ({
    variables: { ...usual.variables, ...variables },
    streams: { ...usual.streams, out: (text) => void (out += text), err: (text) => void (err += text) },
  }));
const said = async (work: Promise<number>): Promise<{ code: number; out: string; err: string }> => {
  [out, err] = ["", ""];
  const code = await work;
  return { code, out, err };
};
const sign = (options: Parameters<typeof signCommand>[1]) => said(signCommand(world(), options));
const verify = (options: Partial<VerifyOptions> = {}) => said(verifyCommand(world(), { json: false, ...options }));

beforeEach(async () => {
  folder = temporaryFolder();
  study = await sealedStudy(studyWorld(folder), join(folder, "results"));
});

it("verifies nothing where there is no results folder or no study, and says so", async () => {
  expect(await verify({ results: folder })).toMatchObject({ code: 2, err: expect.stringContaining("no study in") });
  const mistyped = await verify({ results: "resulst" });
  expect(mistyped).toMatchObject({ code: 2, out: "", err: expect.stringContaining("no results folder resulst") });
});

it("signs a study, and verify says by whom", async () => {
  const made = await sign({ study: "sealed", newKey: "mine.pem" });
  const [id] = /ed25519:[0-9a-f]{32}/.exec(made.out)!;
  expect(made).toMatchObject({ code: 0, err: "" });
  expect(made.out).toContain(`sealed: signed by ${id} (4 trials, 4 launches)`);
  for (const key of ["mine.pem", "mine.pem.pub"])
    expect(await verify({ study: "sealed", key })).toEqual({
      code: 0,
      out: `sealed: 4 trials and 4 launches, all files as written; signed by ${id}\n`,
      err: "",
    });
  expect((await verify()).out).toContain(`signed by ${id} (--key FILE says`);
});

it("has an exit code and a sentence for another key, no signature, a tampered manifest, and a key that cannot be read", async () => {
  await sign({ newKey: "mine.pem" });
  await sign({ newKey: "other.pem" });
  expect(await verify({ key: "mine.pem" })).toMatchObject({
    code: 5,
    out: expect.stringContaining("; not signed\n") as string,
  });
  expect((await verify()).code).toBe(0);
  await sign({ study: "sealed", key: "mine.pem" });
  expect(await verify({ key: "other.pem.pub" })).toMatchObject({
    code: 5,
    out: expect.stringMatching(/signed by ed25519:\S+, and --key is ed25519:/) as string,
  });
  const manifest = join(study, "MANIFEST.json");
  writeFileSync(manifest, readFileSync(manifest, "utf8").replace(/"bytes": \d/, '"bytes": 9'));
  expect(await verify({ key: "mine.pem" })).toMatchObject({
    code: 1,
    out: expect.stringContaining("does not hold: MANIFEST.json is not what was signed") as string,
  });
  expect(await verify({ key: "none.pem" })).toMatchObject({
    code: 2,
    err: expect.stringContaining("none.pem") as string,
  });
});

it("does not sign what is not as it was written, what a run changes, or without a key", async () => {
  expect(await sign({ study: "sealed" })).toMatchObject({
    code: 2,
    err: expect.stringContaining("--new-key") as string,
  });
  expect(await sign({ newKey: "mine.pem" })).toMatchObject({ code: 0 });
  expect(await sign({ key: "mine.pem" })).toMatchObject({
    code: 2,
    err: expect.stringContaining("ceteris sign STUDY") as string,
  });
  const leases = blockLeases(world(), study, () => undefined);
  await leases.claim([{ study: "sealed", block: 1, trials: [] }], true);
  expect(await sign({ study: "sealed", key: "mine.pem" })).toMatchObject({
    code: 2,
    err: expect.stringContaining("CETERIS_SIGNING_KEY") as string,
  });
  await leases.release();
  const elsewhere = studyWorld(folder, ({ machine }) => ({
    machine: { ...machine, hostname: "node-7", processTable: "another" },
  }));
  const dead = blockLeases(elsewhere, study, () => undefined);
  await dead.claim([{ study: "sealed", block: 1, trials: [] }], true);
  const tenMinutesAgo = new Date(Date.now() - 600_000);
  utimesSync(join(study, ".leases/block-0001/0002/holder.json"), tenMinutesAgo, tenMinutesAgo);
  expect(await sign({ study: "sealed", key: "mine.pem" })).toMatchObject({
    code: 2,
    err: expect.stringMatching(
      /on node-7 has not ended, and shows no sign of life\n.*`ceteris run` takes over/,
    ) as string,
  });
  await dead.release();
  writeFileSync(join(study, "matrix.yaml"), "study: sealed # edited\n");
  const refused = await sign({ study: "sealed", key: "mine.pem" });
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("sealed is not signed: 1 file") as string });
  expect(refused.out).toContain("matrix.yaml has another sha256");
});

it("takes the key of the environment", async () => {
  await sign({ newKey: "mine.pem" });
  const signed = await said(signCommand(world({ CETERIS_SIGNING_KEY: join(folder, "mine.pem") }), { study: "sealed" }));
  expect(signed.code).toBe(0);
  expect((await verify({ key: "mine.pem.pub" })).code).toBe(0);
});

it("gives data as JSON", async () => {
  await sign({ study: "sealed", newKey: "mine.pem" });
  const { code, out: text } = await verify({ json: true });
  expect([code, JSON.parse(text)]).toMatchObject([
    0,
    [{ study: "sealed", trials: 4, launches: 4, differences: [], signature: { state: "signed" } }],
  ]);
});
