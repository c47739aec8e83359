import { generateKeyPairSync } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import {
  makeKeyPair,
  readSigningKey,
  readVerifyingKey,
  sealStudy,
  signingKeyOf,
  verifySignature,
  type SigningKey,
} from "../../src/store/index.ts";
import type { Result } from "../../src/schema/result.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { flipBit, useSealedStudies } from "../support/sealed-study.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const world = realWorld();
const sealedStudyIn = useSealedStudies(world);
const valueOf = <Value>(result: Result<Value>): Value => {
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
};

let folder: string;
let study: string;
let mine: SigningKey;
beforeEach(async () => {
  folder = temporaryFolder();
  study = sealedStudyIn(folder);
  mine = valueOf(await makeKeyPair(world, join(folder, "mine.pem")));
});

describe("a key pair", () => {
  it("is two PEM files, the private one for its owner alone, and is never written over", async () => {
    expect(statSync(join(folder, "mine.pem")).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, "mine.pem.pub"), "utf8")).toMatch(/^-----BEGIN PUBLIC KEY-----/);
    expect(mine.id).toMatch(/^ed25519:[0-9a-f]{32}$/);
    expect(await makeKeyPair(world, join(folder, "mine.pem"))).toMatchObject({ problem: { code: "key-exists" } });
    rmSync(join(folder, "mine.pem"));
    expect(await makeKeyPair(world, join(folder, "mine.pem"))).toMatchObject({ problem: { code: "key-exists" } });
    expect(readdirSync(folder)).not.toContain("mine.pem");
  });

  it("is read from either file to verify with, and from the private one to sign with", async () => {
    for (const name of ["mine.pem", "mine.pem.pub"])
      expect(valueOf(await readVerifyingKey(world, join(folder, name))).id).toBe(mine.id);
    expect(valueOf(await readSigningKey(world, join(folder, "mine.pem"))).id).toBe(mine.id);
    expect(await readSigningKey(world, join(folder, "mine.pem.pub"))).toMatchObject({
      problem: { code: "key-unusable", message: expect.stringContaining("holds no private key") as string },
    });
  });

  it("that cannot be used is said with the command that makes one, and without a word of the file", async () => {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
    writeFileSync(join(folder, "rsa.pem"), rsa.export({ type: "pkcs8", format: "pem" }));
    writeFileSync(join(folder, "text.pem"), "hunter2");
    for (const [name, code] of [
      ["none.pem", "key-missing"],
      ["rsa.pem", "key-unusable"],
      ["text.pem", "key-unusable"],
    ]) {
      const read = await readSigningKey(world, join(folder, name!));
      expect(read).toMatchObject({ problem: { code, hint: expect.stringContaining("--new-key") as string } });
      expect(JSON.stringify(read)).not.toContain("hunter2");
    }
  });

  it("is named by the environment", async () => {
    const withKey = (file: string) => signingKeyOf({ ...world, variables: { CETERIS_SIGNING_KEY: file } });
    expect(valueOf(await signingKeyOf({ ...world, variables: {} }))).toBeNull();
    expect(valueOf(await withKey(join(folder, "mine.pem")))?.id).toBe(mine.id);
    expect(await withKey(join(folder, "none.pem"))).toMatchObject({
      problem: { message: expect.stringMatching(/^CETERIS_SIGNING_KEY: there is no key file/) as string },
    });
  });
});

describe("a signature", () => {
  it("says who signed, and whether that is the key that is asked for", async () => {
    expect(await verifySignature(world, study, null)).toEqual({ state: "unsigned", keyId: null, says: "not signed" });
    await sealStudy(world, study, mine);
    expect(await verifySignature(world, study, null)).toMatchObject({ state: "signed", keyId: mine.id });
    expect(await verifySignature(world, study, mine)).toMatchObject({ state: "signed", says: `signed by ${mine.id}` });
    const other = valueOf(await makeKeyPair(world, join(folder, "other.pem")));
    expect(await verifySignature(world, study, other)).toEqual({
      state: "other key",
      keyId: mine.id,
      says: `signed by ${mine.id}, and --key is ${other.id}`,
    });
  });

  it.each(["MANIFEST.json", "MANIFEST.sig"])("does not hold where a bit of %s was flipped", async (name) => {
    await sealStudy(world, study, mine);
    flipBit(join(study, name));
    expect(await verifySignature(world, study, mine)).toMatchObject({ state: "broken" });
  });

  it("is not taken where another key's name stands in it", async () => {
    await sealStudy(world, study, mine);
    const path = join(study, "MANIFEST.sig");
    const stored = JSON.parse(readFileSync(path, "utf8")) as object;
    writeFileSync(path, JSON.stringify({ ...stored, key_id: `ed25519:${"0".repeat(32)}` }));
    expect(await verifySignature(world, study, mine)).toMatchObject({ state: "broken", keyId: null });
  });

  it("stays while the manifest does, and goes with it", async () => {
    await sealStudy(world, study, mine);
    await sealStudy(world, study, null);
    expect(await verifySignature(world, study, mine)).toMatchObject({ state: "signed" });
    writeFileSync(join(study, "matrix.yaml"), "study: sealed # again\n");
    await sealStudy(world, study, null);
    expect(await verifySignature(world, study, mine)).toMatchObject({ state: "unsigned" });
  });
});
