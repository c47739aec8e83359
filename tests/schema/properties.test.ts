import * as fc from "fast-check";
import { expect, it } from "vitest";
import { accessOf } from "../../src/schema/access.ts";
import { axesOf, mostPoints, valuesOfRange, type AxisFile } from "../../src/schema/axis.ts";
import { fromDisk, toDisk } from "../../src/schema/disk.ts";
import { canonicalJson, memberAt, parseJson, pointerOf, segmentsOf, type Json } from "../../src/schema/json.ts";
import { holdsSecret, isSecretName, maskSecrets, streamMask } from "../../src/schema/secrets.ts";
import { serverUrl } from "../../src/schema/server-url.ts";
import { launchFormat, readStored, studyFormat, trialFormat } from "../../src/schema/stored-format.ts";
import { shownText, terminalText } from "../../src/schema/terminal-text.ts";
import { damagedText, jsonWith, longestMs, textOf, expectAll, within } from "../support/any-text.ts";

const timeout = { timeout: longestMs };
const secret = "geheim-0123456789";
const signs = [
  "token",
  "api_key",
  "Authorization",
  "Bearer ",
  "Basic ",
  "password",
  "--api-key",
  "hf_",
  "abcdefghijklmnop1234",
  "://",
  "@",
  ":",
  "=",
  '"',
  "'",
  "{",
  "}",
  "[",
  ",",
  "user",
  secret,
  "sk-",
  "eyJ",
  ".",
  "\\",
  "$",
  "***",
  "\n",
];

it("masks any text: no known secret is left, and what is masked stays as it is", timeout, async () => {
  await expectAll(textOf(signs), (text) => {
    const masked = within(500, () => maskSecrets(text, [secret]));
    expect(masked).not.toContain(secret);
    expect(maskSecrets(masked, [secret])).toBe(masked);
    expect(holdsSecret(masked)).toBe(false);
    isSecretName(text);
  });
});

it("masks any stream, wherever it is cut, and keeps its lines", timeout, async () => {
  const cut = fc.tuple(textOf(signs), fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }));
  await expectAll(cut, ([text, shares]) => {
    const mask = streamMask([secret]);
    const places = shares.map((share) => Math.floor(share * text.length)).toSorted((one, other) => one - other);
    const pieces = [0, ...places].map((from, at) => text.slice(from, places[at] ?? text.length));
    const streamed = pieces.map((piece) => mask.push(piece)).join("") + mask.end();
    expect(streamed).not.toContain(secret);
    expect(streamed.match(/[\n\r]/g)?.length).toBe(text.match(/[\n\r]/g)?.length);
  });
});

it("shows any text on a terminal, which has nothing to obey", timeout, async () => {
  const anything = textOf([
    "\u001B[31m",
    "\u009B",
    "\u202E",
    "\u2066",
    "\r",
    "a",
    "שלום",
    "\u{E0041}",
    "\u0007",
    "\u007F",
  ]);
  await expectAll(anything, (text) => {
    const sent = terminalText(text);
    expect(sent.replaceAll("\r\n", "\n")).not.toMatch(/(?![\t\n])\p{Cc}|[\u202A-\u202E\u2066-\u2069\u200E\u200F]/u);
    expect(shownText(sent)).toBe(sent);
  });
});

it("reads any address of a server, and repeats no user of it", timeout, async () => {
  const address = textOf(
    ["http", "https", "://", `me:${secret}@`, "gpu", ":8000", "/v1", "/", "?a=b", "#c", "[::1]", "%00"],
    8,
  );
  await expectAll(address, (given) => {
    const read = serverUrl(given);
    if (read.ok) {
      expect(URL.parse(read.value)).toMatchObject({ username: "", password: "" });
      expect(serverUrl(read.value)).toMatchObject({ ok: true });
    } else if (URL.parse(given) !== null) expect(read.problem.message).not.toContain(`:${secret}@`);
  });
});

it("takes any value of a variable as a header, or says which variable, and never the value", timeout, async () => {
  await expectAll(textOf(["Bearer ", "a", secret, "\r\n", "é", " "], 6), (held) => {
    const access = accessOf({ Authorization: { env: "TOKEN" } }, { TOKEN: held });
    if (access.ok) expect(access.value.headers["authorization"]).toMatch(/^[\x20-\x7e]+$/);
    else expect(JSON.stringify(access)).not.toContain(secret);
  });
});

it("gives finitely many ascending values for any range", timeout, async () => {
  const number = fc.oneof(fc.integer({ min: -10, max: 5000 }), fc.double({ noNaN: true, noDefaultInfinity: true }));
  const range = fc.oneof(
    fc.record({ from: number, to: number, factor: number.filter((factor) => factor > 1) }),
    fc.record({ from: number, to: number, step: number.filter((step) => step > 0) }),
  );
  await expectAll(
    range,
    (written) => {
      const values = within(500, () => valuesOfRange(written));
      expect(values.length).toBeLessThanOrEqual(mostPoints);
      for (const [at, value] of values.entries()) {
        if (!Number.isFinite(value) || (at > 0 && value <= values[at - 1]!))
          expect([written, at, value]).toBe("ascending");
      }
    },
    5000,
  );
});

it("makes axes of any values", timeout, async () => {
  const axis = jsonWith(["id", "load.concurrency", "env.A", "from", "to", "step"]);
  await expectAll(
    fc.tuple(fc.constantFrom("load.rate", "env.X", "quantization", "__proto__"), axis),
    ([name, value]) => {
      const file = Object.fromEntries([[name, Array.isArray(value) ? (value as AxisFile) : null]]);
      for (const { points } of axesOf(file, "/sweep", () => null)) {
        for (const { id, set } of points) expect([typeof id, typeof set]).toEqual(["string", "object"]);
      }
    },
  );
});

it("finds every member by the pointer that was made for it", timeout, async () => {
  await expectAll(fc.array(textOf(["/", "~", "~1", "~0", "a", ""], 4), { maxLength: 4 }), (segments) => {
    expect(segmentsOf(pointerOf(...segments))).toEqual(segments);
  });
});

it("writes the same canonical JSON for the same value, and reads it back", timeout, async () => {
  await expectAll(jsonWith(["a", "b", "0", "é", "\u{1F600}"]), (value) => {
    const text = canonicalJson(value as Json);
    const back = parseJson(text)!;
    expect(canonicalJson(back)).toBe(text);
    memberAt(back, "a.b.0");
  });
});

it("takes any value to the names of the disk and back", timeout, async () => {
  const value = jsonWith(["startedAt", "ttftMs", "environmentValues", "members", "a1B2", "knobs"], ["text"]);
  await expectAll(value, (any) => {
    const stored = toDisk(any);
    const again = toDisk(fromDisk(stored));
    expect(toDisk(fromDisk(again))).toEqual(again);
  });
});

it("reads any stored file as a value of its shape, or says that it is broken", timeout, async () => {
  const names = [
    ..."format study spec trial_id experiment_id experiment purpose fidelity block position replicate attempt".split(
      " ",
    ),
    ..."labels name configuration_id identity knobs resolved phases measurements verdict status reason checks".split(
      " ",
    ),
    ..."provenance launch id ordinal argv environment_names experiments workloads design".split(" "),
  ];
  const formats = [
    "ceteris.trial/1",
    "ceteris.launch/1",
    "ceteris.study/1",
    "ceteris.trial/2",
    "ceteris.trial/0",
    "VALID",
  ];
  const whole = fc
    .tuple(jsonWith(names, formats), fc.constantFrom(...formats))
    .map(([value, format]) => JSON.stringify(typeof value === "object" ? { ...value, format } : value));
  await expectAll(damagedText(whole), (text) => {
    for (const format of [trialFormat, launchFormat, studyFormat]) {
      const read = readStored(format, text, "a/trial.json", "mend it");
      expect(read.ok ? read.value["format"] : typeof read.problem.message).toBe(
        read.ok ? `${format.name}/1` : "string",
      );
    }
  });
});
