import { asMap, type Json } from "./json.ts";

/**
 * What counts as a secret, for everything that ceteris reads or writes: matrices, headers, variables, argument lists, logs,
 * messages. A name is judged by its last word, so that `hf_token` and `X-Api-Key` are secrets and `max_tokens`, `tokenizer`,
 * `num_key_value_heads` and `HF_TOKEN_PATH` are none.
 */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name);
  // The identifier of a key opens doors together with it, and is shown as little: AWS_ACCESS_KEY_ID.
  if (words.at(-1) === "id" && words.at(-2) === "key") words.pop();
  while (words.length > 1 && /^\d+$/.test(words.at(-1)!)) words.pop(); // API_KEY_2
  const last = words.at(-1) ?? "";
  const before = words.at(-2) ?? "";
  if (switches.has(before)) return false;
  if (last === "token") return !tokensOfText.has(before);
  if (last === "key") return !plainKeys.has(before);
  if (last === "pwd") return words.length > 1; // PWD is a folder
  return secretWords.has(last) || secretEndings.test(last);
}

const secretWords = new Set(
  (
    "secret secrets password passwords passwd passphrase pat credential credentials authorization auth " +
    "cookie cookies"
  ).split(" "),
);

/** Before anything: whether there is to be one, and not which. */
const switches = new Set(["allow", "disable", "enable", "has", "is", "no", "require", "use", "with"]);

/** Several words that are written as one: `apikey`, `PGPASSWORD`. */
const secretEndings =
  /(?:password|passwd|passphrase|secret|credentials?|authorization|(?:api|access|auth|account|private|secret|ssh)key|(?:api|access|auth|bearer|hf|id|refresh|secret|session|user)token)$/;

/** Before `token`: it is one of a text. */
const tokensOfText = new Set(
  (
    "bos eos pad sep cls mask unk eot eom begin start end stop special next image audio video vision think " +
    "thinking reasoning placeholder per first last input output prompt completion generated draft " +
    "speculative bonus accepted max min implicit"
  ).split(" "),
);

/** Before `key`: it opens nothing. */
const plainKeys = new Set(
  (
    "cache kv public primary foreign partition sort group query routing column row map dict hash lookup " +
    "index label registry dedup idempotency shard"
  ).split(" "),
);

/** `hfToken`, `HF_TOKEN`, `--hf-token`: hf, token. */
function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

/** True where nobody may read the value that a name has: for what it is called, or for what it looks like. */
export function isSecret(name: string, value: string): boolean {
  return isSecretName(name) || holdsSecret(value);
}

/** The variable of the environment that stands for a value: `{ env: NAME }`. Null of any other value. */
export function namedVariable(value: Json | undefined): string | null {
  const map = asMap(value);
  const name = map?.["env"];
  return map !== null && typeof name === "string" && Object.keys(map).length === 1 ? name : null;
}

/** What a variable of the environment can be called. */
export const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Shorter values (`false`, `1`, `EMPTY`) are left in place where they occur in a text: hiding them would only garble it. */
const shortestMaskedValue = 8;

/** The values of a set of variables that have to be masked wherever they would be written, the longest first. */
export function secretValues(variables: Readonly<Record<string, string>>): string[] {
  const values = Object.entries(variables)
    .filter(([name, value]) => isSecret(name, value))
    .flatMap(([, value]) => formsOf(value));
  return longestFirst(longEnough(values));
}

/** The secrets that are masked within a text of somebody else's: hiding shorter ones (`test`, `0`) would only garble it. */
export function longEnough(secrets: readonly string[]): string[] {
  return secrets.filter(({ length }) => length >= shortestMaskedValue);
}

/** How a program may print a secret: whole, line by line, the user and the password of an address, and each as an address or as JSON has it. */
export function formsOf(value: string): string[] {
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  const user = [...value.matchAll(userInAddress)].flatMap(([, whole = ""]) => [whole, ...whole.split(":").slice(1)]);
  const plain = [value.trim(), ...lines, ...user, ...user.map(decoded)].filter((form) => form !== "");
  return longestFirst(
    plain.flatMap((form) => {
      const [address, json] = [encodeURIComponent(form), JSON.stringify(form).slice(1, -1)];
      return [form, address, address.replaceAll("%2F", "/"), json, inAscii(json)];
    }),
  );
}

/** As Python's json writes it, which escapes all beyond ASCII; its `quote` leaves a slash in an address as it is. */
function inAscii(json: string): string {
  return json.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Each once, so that a secret which holds another is masked whole. */
export function longestFirst(values: readonly string[]): string[] {
  return [...new Set(values)].toSorted((one, other) => other.length - one.length);
}

/** A stray per-cent sign in a password is a per-cent sign. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** True where a text holds what looks like a secret, whatever it is called. */
export function holdsSecret(text: string): boolean {
  return maskPatterns(text) !== text;
}

/** The text with every known secret, and whatever looks like one, replaced by `***`. */
export function maskSecrets(text: string, secrets: readonly string[] = []): string {
  return maskPatterns(withoutSecrets(text, secrets));
}

/** The same without known secrets alone: for a text that is measured, in which nothing else may change. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((masked, secret) => (secret === "" ? masked : masked.replaceAll(secret, mask)), text);
}

/** Stands in the place of a secret. */
export const mask = "***";

/** Most lines of a log have none of these, and are passed on after one look. */
const anySign =
  /hf_|sk-|gh[opsur]_|github_pat_|glpat-|xox[abprs]-|nvapi-|AKIA|ASIA|AIza|eyJ|@|bearer|basic|auth|token|key|secret|passw|passphrase|pwd|pat|credential|cookie/i;

/** Tokens that are known by their beginning: Hugging Face, OpenAI and its like, GitHub, GitLab, Slack, NVIDIA, AWS, Google, JSON web tokens. */
const knownTokens =
  /\b(?:hf_[A-Za-z0-9]{16,}|sk-[\w-]{16,}|gh[opsur]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|nvapi-[\w-]{16,}|A(?:KIA|SIA)[A-Z0-9]{16}|AIza[\w-]{30,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,})/g;

/** User and password, or a token alone, in an address. */
const userInAddress = /[a-z]:\/\/([^\s/@"'<>*$]{1,512})@/gi;

/** A scheme of HTTP with what it carries (RFC 9110, section 11.4). Of Basic only what is no plain word. */
const schemes = /\b(bearer) +[\w.~+/-]{8,}=*|\b(basic) +(?=[A-Za-z+/]*[\d=])[A-Za-z0-9+/]{6,}=*/gi;

/** A header of credentials to the end of its value, a name with its value, an option with the word behind it. */
const authorizationLine =
  /\b((?:proxy-)?authorization["']?[ \t]{0,8}[:=][ \t]{0,8}["']?)(?!\*\*\*)(?:(?:bearer|basic|digest|token)[ \t]{1,8})?[^\s"',}\]${<]{2,}/gi;
const named = /([\w.-]{2,80}["']?[ \t]{0,4}[=:][ \t]{0,4}\[?["']|[\w.-]{2,80}=)([^\s"',}\])&;]{3,})/g;
const option = /((?<!\w)--?[\w-]{2,80}["']?(?:,[ \t]{0,4}|[ \t]{1,4}|=)["']?)([^\s"',}\])-][^\s"',}\])]{2,})/g;

/** A switch, an absence or a small number: masked within a text, it would only garble it. */
export function isPlainValue(value: string): boolean {
  return /^(?:none|null|true|false|undefined|empty|-?\d{1,6}(?:\.\d{0,6})?)$/i.test(value);
}

/** Stands where a secret would, and is none: a reference to a variable, a mask, a plain value. */
function isNoSecret(value: string): boolean {
  return /^(?:[$%<{*\\]|environ|os\.environ)/i.test(value) || isPlainValue(value);
}

function maskPatterns(text: string): string {
  if (!anySign.test(text)) return text;
  const maskNamed = (whole: string, before: string, value: string): string => {
    const name = /[\w.-]{2,80}/.exec(before)?.[0] ?? "";
    return !isNoSecret(value) && isSecretName(name) ? `${before}${mask}` : whole;
  };
  return text
    .replaceAll(knownTokens, mask)
    .replaceAll(userInAddress, (whole, user: string) => `${whole.slice(0, -user.length - 1)}${mask}@`)
    .replaceAll(authorizationLine, (_, before: string) => `${before}${mask}`)
    .replaceAll(schemes, (_, bearer?: string, basic?: string) => `${bearer ?? basic ?? ""} ${mask}`)
    .replaceAll(named, maskNamed)
    .replaceAll(option, maskNamed);
}

/** A line that has no end is handed on in parts of so many characters, all but the last of them at a time. */
const longestLine = 64 << 10;
const keptBack = 8 << 10;

/** Masks a stream of text as it comes, wherever it is cut: each line is handed on whole. */
export interface StreamMask {
  push(text: string): string;
  /** What is left at the end of the stream. */
  end(): string;
}

/** Secrets may be longer than the pieces of the stream: no part of one is handed on before its line has ended. */
export function streamMask(secrets: readonly string[]): StreamMask {
  let held = "";
  const kept = Math.max(keptBack, ...secrets.map(({ length }) => length));
  return {
    push(text) {
      held += text;
      const end = Math.max(held.lastIndexOf("\n"), held.lastIndexOf("\r")) + 1;
      let ready = held.slice(0, end);
      held = held.slice(end);
      if (held.length > longestLine + kept) {
        const masked = maskSecrets(held, secrets);
        ready = maskSecrets(ready, secrets) + masked.slice(0, -kept);
        held = masked.slice(-kept);
        return ready;
      }
      return maskSecrets(ready, secrets);
    },
    end() {
      const rest = maskSecrets(held, secrets);
      held = "";
      return rest;
    },
  };
}
