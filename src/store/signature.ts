import {
  hash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from "node:crypto";
import { join } from "node:path";
import { parseMap } from "../schema/json.ts";
import { manifestName } from "../schema/manifest.ts";
import { fail, succeed, type Result } from "../schema/result.ts";
import { signatureName } from "./manifest.ts";
import type { World } from "../world/world.ts";

type Touches = Pick<World, "files">;

const format = "ceteris.signature/1";
const algorithm = "ed25519";

/** A public key, and its name: `ed25519:` and the first 128 bits of the sha256 of its DER form, in hex. */
interface VerifyingKey {
  id: string;
  publicKey: KeyObject;
}

export interface SigningKey extends VerifyingKey {
  privateKey: KeyObject;
}

/** Writes a new private key, and its public one beside it as `<file>.pub`, both PEM. Failure: a file is there already. */
export async function makeKeyPair({ files }: Touches, file: string): Promise<Result<SigningKey>> {
  const { publicKey, privateKey } = generateKeyPairSync(algorithm);
  const publicFile = `${file}.pub`;
  const publicText = publicKey.export({ type: "spki", format: "pem" });
  const privateText = privateKey.export({ type: "pkcs8", format: "pem" });
  if ((await files.exists(publicFile)) || !(await files.createPrivate(file, privateText))) {
    const message = `${file} or ${publicFile} is there already, and a key is never written over`;
    return fail("key-exists", message, "Name another file.");
  }
  await files.writeText(publicFile, publicText);
  return succeed({ ...named(publicKey), privateKey });
}

/** A private key from its PEM file. Failures: `key-missing`, `key-unusable`. */
export async function readSigningKey(world: Touches, file: string): Promise<Result<SigningKey>> {
  const key = await readKey(world, file, createPrivateKey);
  return key.ok ? succeed({ ...named(createPublicKey(key.value)), privateKey: key.value }) : key;
}

/** A public key from its PEM file, or from that of its private key. Failures: as of `readSigningKey`. */
export async function readVerifyingKey(world: Touches, file: string): Promise<Result<VerifyingKey>> {
  const key = await readKey(world, file, createPublicKey);
  return key.ok ? succeed(named(key.value)) : key;
}

/** The key with which every run signs; null where the environment names none. */
export async function signingKeyOf(world: Pick<World, "files" | "variables">): Promise<Result<SigningKey | null>> {
  const file = world.variables["CETERIS_SIGNING_KEY"];
  if (!file) return succeed(null);
  const key = await readSigningKey(world, file);
  if (key.ok) return key;
  const { code, message, hint } = key.problem;
  return fail(code, `CETERIS_SIGNING_KEY: ${message}`, `${hint} Or unset the variable, and nothing is signed.`);
}

async function readKey({ files }: Touches, file: string, read: (pem: string) => KeyObject): Promise<Result<KeyObject>> {
  const made = "`ceteris sign --new-key FILE` makes a pair: FILE signs, FILE.pub verifies.";
  const pem = await files.readText(file);
  if (pem === null) return fail("key-missing", `there is no key file ${file}`, `Name another. ${made}`);
  try {
    const key = read(pem);
    if (key.asymmetricKeyType === algorithm) return succeed(key);
    return fail("key-unusable", `${file} is a key for ${key.asymmetricKeyType}, not for Ed25519`, made);
  } catch {
    // What the library says may quote the file.
    const which = read === createPrivateKey ? "private" : "public";
    return fail("key-unusable", `${file} holds no ${which} key as PEM without a passphrase`, made);
  }
}

function named(publicKey: KeyObject): VerifyingKey {
  const der = publicKey.export({ type: "spki", format: "der" });
  return { id: `${algorithm}:${hash("sha256", der).slice(0, 32)}`, publicKey };
}

/** Signs the manifest of a study, which covers all others: `MANIFEST.sig` beside it. The signed bytes are those of the file. */
export async function signManifest({ files }: Touches, studyFolder: string, key: SigningKey): Promise<void> {
  const manifest = await files.readBytes(join(studyFolder, manifestName));
  if (manifest === null) throw new Error(`${studyFolder} has no manifest to sign`);
  const signature = {
    format,
    algorithm,
    key_id: key.id,
    public_key: key.publicKey.export({ type: "spki", format: "der" }).toString("base64"),
    signature: sign(null, manifest, key.privateKey).toString("base64"),
  };
  await files.writeText(join(studyFolder, signatureName), `${JSON.stringify(signature, null, 2)}\n`);
}

/** Whether a study's manifest is signed, and by whom. */
export interface SignatureState {
  /** `other key`: the signature holds, and is not of the key that was asked for. `broken`: it does not hold, or cannot be read. */
  state: "unsigned" | "signed" | "other key" | "broken";
  /** Null where nothing is signed, or the signature cannot be read. */
  keyId: string | null;
  /** In a clause. */
  says: string;
}

/** `wanted`: whose signature is asked for; where it is null, the key that the signature carries must hold, and nobody knows whose it is. */
export async function verifySignature(
  { files }: Touches,
  studyFolder: string,
  wanted: VerifyingKey | null,
): Promise<SignatureState> {
  const text = await files.readText(join(studyFolder, signatureName));
  if (text === null) return { state: "unsigned", keyId: null, says: "not signed" };
  const stored = readSignature(text);
  if (stored === null)
    return { state: "broken", keyId: null, says: `${signatureName} is not ${format}, or is damaged` };
  const { key, signature } = stored;
  const manifest = await files.readBytes(join(studyFolder, manifestName));
  if (manifest === null || !verify(null, manifest, key.publicKey, signature))
    return {
      state: "broken",
      keyId: key.id,
      says: `the signature by ${key.id} does not hold: ${manifestName} is not what was signed`,
    };
  if (wanted === null)
    return {
      state: "signed",
      keyId: key.id,
      says: `signed by ${key.id} (--key FILE says whether that is the key you trust)`,
    };
  if (key.publicKey.equals(wanted.publicKey)) return { state: "signed", keyId: key.id, says: `signed by ${key.id}` };
  return { state: "other key", keyId: key.id, says: `signed by ${key.id}, and --key is ${wanted.id}` };
}

function readSignature(text: string): { key: VerifyingKey; signature: Buffer } | null {
  const { format: says, algorithm: by, key_id: id, public_key: der, signature } = parseMap(text) ?? {};
  if (says !== format || by !== algorithm || typeof der !== "string" || typeof signature !== "string") return null;
  try {
    const key = named(createPublicKey({ key: Buffer.from(der, "base64"), format: "der", type: "spki" }));
    const isWhole = key.id === id && key.publicKey.asymmetricKeyType === algorithm;
    return isWhole ? { key, signature: Buffer.from(signature, "base64") } : null;
  } catch {
    return null;
  }
}
