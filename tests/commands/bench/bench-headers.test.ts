import { expect, it } from "vitest";
import { benchHeaders } from "../../../src/commands/bench/bench-headers.ts";

it("are as a matrix declares them: values as they are, secrets by the variable that holds them", () => {
  const header = ["x-tenant=blue", "X-Region: eu", "x-api-key=env:MY_KEY"];
  expect(benchHeaders({ header }, {})).toEqual({
    ok: true,
    value: { "x-tenant": "blue", "X-Region": "eu", "x-api-key": { env: "MY_KEY" } },
  });
  expect(benchHeaders({}, { OPENAI_API_KEY: "k" })).toMatchObject({
    value: { Authorization: { env: "OPENAI_API_KEY" } },
  });
  expect(benchHeaders({ header: ["authorization=env:MINE"] }, { OPENAI_API_KEY: "k" })).toMatchObject({
    value: { authorization: { env: "MINE" } },
  });
});

it.each([
  ["Authorization=Bearer sk-1", "secret-on-command-line", "--api-key-env NAME"],
  ["x-auth-token=abc", "secret-on-command-line", "--header x-auth-token=env:NAME"],
  ["blue", "bad-header", "x-tenant=blue"],
  ["a b=c", "bad-header", "x-tenant=blue"],
  ["content-length=5", "bad-header", "Leave it out"],
])("refuses %s, and repeats no secret", (text, code, hint) => {
  const found = benchHeaders({ header: [text] }, {});
  if (found.ok) throw new Error("taken");
  expect(found.problem).toMatchObject({ code, hint: expect.stringContaining(hint) });
  expect(found.problem.message).not.toContain("sk-1");
});
