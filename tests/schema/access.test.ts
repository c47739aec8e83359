import { describe, expect, it } from "vitest";
import { accessOf, isSecretHeader } from "../../src/schema/access.ts";

describe("what a server is asked with", () => {
  it("is every header by its name in lower case, with the values of variables as its secrets", () => {
    const declared = { "X-Tenant": "lab", "X-Api-Key": { env: "KEY" } };
    expect(accessOf(declared, { KEY: " k-1234\n" })).toEqual({
      ok: true,
      value: { headers: { "x-tenant": "lab", "x-api-key": "k-1234" }, secrets: ["k-1234"] },
    });
  });

  it("is a bearer token where Authorization has no scheme, and as it stands where it has one", () => {
    const authorization = { Authorization: { env: "KEY" } };
    expect(accessOf(authorization, { KEY: "sk-1" })).toMatchObject({
      value: { headers: { authorization: "Bearer sk-1" }, secrets: ["sk-1"] },
    });
    expect(accessOf(authorization, { KEY: "Basic dTpw" })).toMatchObject({
      value: { headers: { authorization: "Basic dTpw" }, secrets: ["Basic%20dTpw", "Basic dTpw", "dTpw"] },
    });
  });

  it("is a failure without the variable, or with a value that would end the header, which no message repeats", () => {
    const missing = accessOf({ Authorization: { env: "TOKEN" } }, {});
    expect(missing).toMatchObject({
      ok: false,
      problem: { code: "no-variable", hint: expect.stringContaining("TOKEN") },
    });
    const split = accessOf({ Authorization: { env: "TOKEN" } }, { TOKEN: "sk-1\r\nX-Evil: 1" });
    expect(split).toMatchObject({ ok: false, problem: { code: "bad-variable" } });
    expect(JSON.stringify(split)).not.toContain("sk-1");
  });
});

it("takes names and values that look like secrets for secrets", () => {
  for (const name of ["Authorization", "Proxy-Authorization", "X-Api-Key", "Cookie", "X-Auth-Token"])
    expect(isSecretHeader(name, "x")).toBe(true);
  expect(isSecretHeader("X-Anything", "Bearer abc")).toBe(true);
  for (const name of ["X-Tenant", "User-Agent", "X-Request-Id"]) expect(isSecretHeader(name, "lab")).toBe(false);
});
