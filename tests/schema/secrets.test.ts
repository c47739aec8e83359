import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  formsOf,
  holdsSecret,
  isSecretName,
  maskSecrets,
  namedVariable,
  secretValues,
  streamMask,
} from "../../src/schema/secrets.ts";
import { within } from "../support/any-text.ts";
import { repository } from "../support/cli.ts";

describe("a name says that its value is a secret", () => {
  it.each([
    ..."HF_TOKEN HUGGING_FACE_HUB_TOKEN hf-token hfToken token key api_key --api-key X-Api-Key apiKey APIKEY".split(
      " ",
    ),
    ..."MLFLOW_TRACKING_PASSWORD PGPASSWORD MYSQL_PWD passphrase GITHUB_PAT credentials GOOGLE_CREDENTIAL".split(" "),
    ..."Authorization Proxy-Authorization Cookie X-Auth AWS_SECRET_ACCESS_KEY AWS_ACCESS_KEY_ID client_secret".split(
      " ",
    ),
    ..."SSH_PRIVATE_KEY OPENAI_API_KEY_2 accesstoken Ocp-Apim-Subscription-Key".split(" "),
  ])("%s", (name) => expect(isSecretName(name)).toBe(true));

  it.each([
    ..."max_tokens tokenizer tokenizer_mode TOKENIZERS_PARALLELISM kv_cache_key num_key_value_heads PWD".split(" "),
    ..."max_num_batched_tokens eos_token eos_token_id pad_token image_token HF_TOKEN_PATH ssl_keyfile author".split(
      " ",
    ),
    ..."enable_prompt_tokens_details public_key time_per_output_token allow_credentials path keys compat patch passes monkey".split(
      " ",
    ),
  ])("and %s says no such thing", (name) => expect(isSecretName(name)).toBe(false));

  it("no knob, variable or metric of an engine file that came with the program, but the key of its server", () => {
    const sut = join(repository, "sut");
    const files = readdirSync(sut).filter((file) => file.endsWith(".yaml"));
    const names = files.flatMap((file) =>
      [...readFileSync(join(sut, file), "utf8").matchAll(/^ *([A-Za-z_][\w.]*):/gm)].map(([, name = ""]) => name),
    );
    const secret = [...new Set(names.filter(isSecretName))].toSorted();
    expect(secret).toEqual(["VLLM_API_KEY", "api_key", "hf_token", "key"]);
  });
});

const masked: [string, string][] = [
  ["token hf_abcdefghijklmnopqrst given", "token *** given"],
  ["Authorization: Bearer abc", "Authorization: ***"],
  ["'authorization': 'Basic dXNlcjpwYXNz'", "'authorization': '***'"],
  ["sent Bearer abcdefgh12 there", "sent Bearer *** there"],
  ["proxy http://me:geheim@gpu:3128/x", "proxy http://***@gpu:3128/x"],
  ["https://onlytoken@hub/x", "https://***@hub/x"],
  ["HF_TOKEN=geheim OTHER=1", "HF_TOKEN=*** OTHER=1"],
  ["args: {'api_key': ['geheim'], 'port': 8000}", "args: {'api_key': ['***'], 'port': 8000}"],
  ['{"password": "geheim", "max_tokens": 5}', '{"password": "***", "max_tokens": 5}'],
  ["vllm serve m --api-key geheim --port 8000", "vllm serve m --api-key *** --port 8000"],
  ["['--hf-token', 'geheim', '-x']", "['--hf-token', '***', '-x']"],
  ["--api-key=geheim", "--api-key=***"],
  ["GET /v1?api_key=geheim&limit=5", "GET /v1?api_key=***&limit=5"],
];

describe("a text", () => {
  it.each(masked)("%s", (text, expected) => {
    expect(maskSecrets(text)).toBe(expected);
    expect(holdsSecret(text)).toBe(true);
    expect(maskSecrets(expected)).toBe(expected);
  });

  it.each([
    "write `headers: { Authorization: { env: TOKEN } }`",
    "headers: {Authorization: {env: TOKEN}}",
    "export TOKEN=… and HF_TOKEN=$HF_TOKEN, Bearer $TOKEN",
    "without a scheme it is sent as a bearer token",
    "non-default args: {'max_num_batched_tokens': 8192, 'tokenizer': 'meta-llama/Llama', 'eos_token': '</s>'}",
    "api_key=None, hf_token=None",
    "the key 'a' of speculative-token drafts: re-key everything",
    "see https://docs.vllm.ai/en/latest/@types and mail me@example.org",
    "KeyError: 'model.layers.0'",
  ])("stays as it is where it has none: %s", (text) => expect(maskSecrets(text)).toBe(text));

  it("loses known secrets, the longest first, and whatever they look like", () => {
    expect(maskSecrets("got Basic dTpw, and dTpw again", ["Basic dTpw", "dTpw"])).toBe("got ***, and *** again");
  });

  it("is looked through in time that grows with its length", () => {
    const units = ["a", " ", "token=", "--key ", "://", "Authorization: ", "-", "Bearer ", "\\", "eyJ", '"key": "'];
    for (const unit of units) {
      const text = unit.repeat(Math.ceil(60_000 / unit.length));
      expect(within(2000, () => maskSecrets(text)).length).toBeGreaterThan(0);
    }
  });
});

describe("values of variables", () => {
  it("are secret by name, or as a user and password in an address; short ones are left", () => {
    const variables = {
      HF_TOKEN: "abcdefgh-token",
      API_KEY: "short",
      HTTPS_PROXY: "http://me:geheim-0123@proxy:3128",
      TOKENIZERS_PARALLELISM: "falsefalse",
    };
    const secrets = secretValues(variables);
    expect(secrets).toEqual(expect.arrayContaining(["abcdefgh-token", variables.HTTPS_PROXY, "geheim-0123"]));
    expect(secrets.join()).not.toMatch(/short|falsefalse/);
  });

  it("have the forms in which a program prints them", () => {
    expect(formsOf("a b/ü")).toEqual(["a%20b%2F%C3%BC", "a%20b/%C3%BC", "a b/\\u00fc", "a b/ü"]);
    expect(formsOf("-----BEGIN\nline-one\nline-two")).toEqual(expect.arrayContaining(["line-one", "line-two"]));
    expect(formsOf("http://u:p%40ss@h")).toEqual(expect.arrayContaining(["p%40ss", "p@ss"]));
  });

  it("stand for themselves by { env: NAME } alone", () => {
    expect(namedVariable({ env: "A" })).toBe("A");
    for (const other of [null, "A", { env: 1 }, { env: "A", more: 1 }, ["A"], undefined])
      expect(namedVariable(other)).toBeNull();
  });
});

describe("a stream", () => {
  const secrets = ["geheim-0123456789"];
  const text = "one geheim-0123456789 two\nhf_abcdefghijklmnopqrst\rAuthorization: Bearer abc\nlast geheim-0123456789";
  const expected = "one *** two\n***\rAuthorization: ***\nlast ***";

  it("is masked wherever it is cut", () => {
    for (let cut = 0; cut <= text.length; cut += 1) {
      const mask = streamMask(secrets);
      expect(mask.push(text.slice(0, cut)) + mask.push(text.slice(cut)) + mask.end()).toBe(expected);
    }
    const mask = streamMask(secrets);
    expect(
      text
        .split("")
        .map((one) => mask.push(one))
        .join("") + mask.end(),
    ).toBe(expected);
  });

  it("is handed on though a line has no end, and no part of a secret with it", () => {
    const mask = streamMask(secrets);
    let out = "";
    let longest = 0;
    for (let part = 0; part < 400; part += 1) {
      const fresh = mask.push(`${"x".repeat(995)}geheim-`) + mask.push("0123456789");
      out += fresh;
      longest = Math.max(longest, fresh.length);
    }
    out += mask.end();
    expect(out).not.toContain("geheim");
    expect(out).toHaveLength(400 * 998);
    expect(longest).toBeLessThan(200_000);
  });
});
