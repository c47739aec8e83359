import { describe, expect, it } from "vitest";
import { diagnose, load, markedIn, matrix } from "./study-fixture.ts";

const server = { "sut/served.yaml": "environment: { kind: endpoint, url: 'http://127.0.0.1:1' }\n" };
const plain = {
  baseline: "{ id: s }",
  design: "{ kind: isolation, changes: [{ id: c, set: { load.max_in_flight: 8 } }] }",
};

function of(sut: string) {
  const files = { ...server, "matrices/a.yaml": matrix({ ...plain, sut }) };
  const found = diagnose(files);
  return { found, text: JSON.stringify(found), study: load(files).study };
}

const sut = (members: string): string => `{ engine: served, model: m, ${members} }`;

describe("the address and the headers of a server", () => {
  it("are part of the study, and of no id", () => {
    const own = "url: 'https://gpu:8443', headers: { Authorization: { env: TOKEN }, X-Tenant: lab }";
    const { found, study } = of(sut(own));
    expect(found).toEqual([]);
    expect(study?.engine.environment).toEqual({ kind: "endpoint", url: "https://gpu:8443" });
    expect(study?.headers).toEqual({ Authorization: { env: "TOKEN" }, "X-Tenant": "lab" });
  });

  it.each([
    ["headers: { Authorization: Bearer-geheim-0123 }", "secret-in-matrix"],
    ["headers: { X-Api-Key: geheim-0123 }", "secret-in-matrix"],
    ["headers: { cookie: 'a=geheim-0123' }", "secret-in-matrix"],
    ["headers: { X-Anything: 'Bearer geheim-0123' }", "secret-in-matrix"],
    ["headers: { Authorization: [geheim-0123] }", "secret-in-matrix"],
    ["headers: { Authorization: { value: geheim-0123 } }", "secret-in-matrix"],
    ["headers: { X-Tenant: { env: geheim-0123 } }", "secret-in-matrix"],
    ["url: 'http://me:geheim-0123@gpu:8000'", "secret-in-url"],
  ])("refuse a secret and repeat it nowhere: %s", (members, code) => {
    const { found, text } = of(sut(members));
    expect(found.map((one) => one.code)).toEqual([code]);
    expect(found[0]?.severity).toBe("error");
    expect(text).not.toContain("geheim");
  });

  it("are quoted without the value where `sut` has no such member", () => {
    for (const members of ["api_key: geheim-0123", "header: { Authorization: Bearer geheim-0123 }"]) {
      const { found, text } = of(sut(members));
      expect(found.map(({ code }) => code)).toEqual(["unknown-key"]);
      expect(text).not.toContain("geheim");
    }
  });

  it.each([
    ["headers: { Host: gpu }", "bad-header", "Host"],
    ["headers: { content-type: text/plain }", "bad-header", "content-type"],
    ["headers: { 'two words': x }", "bad-header", "'two words'"],
    ["headers: { X-A: x, x-a: y }", "bad-header", "x-a"],
    ['headers: { X-A: "a\\nb" }', "bad-header", "X-A"],
    ["url: 'http://gpu/?a=b'", "bad-url", "*****************"],
    ["url: 'ftp://gpu'", "bad-url", "'ftp://gpu'"],
  ])("are refused where no request can carry them: %s", (members, code, at) => {
    const { found } = of(sut(members));
    expect(found.map((one) => [one.code, markedIn(one.excerpt ?? "")])).toEqual([[code, at]]);
  });

  it("belong to a server that runs already alone", () => {
    const files = {
      "matrices/a.yaml": matrix({ sut: "{ engine: pocket, model: m, url: 'http://gpu', headers: { X-A: b } }" }),
    };
    const found = diagnose(files).filter(({ code }) => code === "not-a-server");
    expect(found.map(({ excerpt = "" }) => markedIn(excerpt))).toEqual(["url", "headers"]);
    expect(found[0]?.hint).toContain("engine: endpoint");
  });

  it("hold for a server that one side of a duel names", () => {
    const parts = {
      sut: "{ engine: pocket, model: m, headers: { Authorization: { env: TOKEN } } }",
      baseline: "{ id: local }",
      design: "{ kind: duel, b: { id: there, set: { sut.engine: served } } }",
    };
    const files = { ...server, "matrices/a.yaml": matrix(parts) };
    expect(diagnose(files).filter(({ code }) => code === "not-a-server")).toEqual([]);
    expect(load(files).study?.headers).toEqual({ Authorization: { env: "TOKEN" } });
  });
});
