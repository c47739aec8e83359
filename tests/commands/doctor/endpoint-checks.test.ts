import { expect, it } from "vitest";
import { findings } from "../../../src/commands/doctor/check.ts";
import { endpointChecks } from "../../../src/commands/doctor/endpoint-checks.ts";
import type { EndpointFound, Facts } from "../../../src/commands/doctor/facts.ts";
import { fail, succeed } from "../../../src/schema/result.ts";
import { found, someFacts } from "../../support/preflight-facts.ts";

const answered = { status: 200, isStreamed: true, isCounted: true, said: "" };
const there: EndpointFound = {
  url: "http://gpu:8000",
  server: succeed({ models: ["m", "lora"], model: "m", isSimulated: false }),
  version: "0.32.0",
  routes: [{ path: "/metrics", use: "metrics", isThere: true }],
  requests: [{ path: "/v1/completions", tried: answered }],
};
const withEndpoint = (more: Partial<EndpointFound> = {}): Facts => someFacts({ endpoint: { ...there, ...more } });

it("asks nothing without a server, and nothing more of one that does not answer", () => {
  expect(findings(endpointChecks, someFacts({ endpoint: null }))).toEqual([]);
  const silent = withEndpoint({ server: fail("nothing-there", "nothing answers", "Start it.") });
  expect(findings(endpointChecks, silent).map(({ id, state }) => [id, state])).toEqual([["endpoint", "refusal"]]);
});

it("says what answers", () => {
  expect(findings(endpointChecks, withEndpoint()).map(({ state, value }) => `${state}: ${value}`)).toEqual([
    "fine: http://gpu:8000 serves m and 1 more, version 0.32.0",
    "fine: /metrics",
    "fine: /v1/completions: streamed and counted",
  ]);
  const simulated = withEndpoint({ server: succeed({ models: ["m"], model: "m", isSimulated: true }) });
  expect(found(endpointChecks, "endpoint", simulated)[0]).toMatch(/SIMULATED$/);
});

it("names the routes that are missing, with what they would tell", () => {
  const routes: EndpointFound["routes"] = [
    { path: "/metrics", use: "metrics", isThere: true },
    { path: "/version", use: "version", isThere: false },
    { path: "/tokenize", use: "token counts", isThere: null },
  ];
  expect(found(endpointChecks, "endpoint-routes", withEndpoint({ routes }))).toEqual([
    "warning: not there: /version (version) and /tokenize (token counts)",
  ]);
});

it.each([
  [
    "refused",
    { status: 400, isStreamed: false, isCounted: false, said: "no chat template" },
    "HTTP 400 no chat template",
  ],
  ["silent", { status: null, isStreamed: false, isCounted: false, said: "no answer" }, "no answer"],
  ["in one piece", { ...answered, isStreamed: false }, "answered in one piece, not as a stream"],
])("a request that is %s refuses, unless the other endpoint works", (_, tried, says) => {
  const chat = { path: "/v1/chat/completions", tried };
  expect(found(endpointChecks, "endpoint-request", withEndpoint({ requests: [chat] }))).toEqual([
    `refusal: /v1/chat/completions: ${says}`,
  ]);
  const both = found(endpointChecks, "endpoint-request", withEndpoint({ requests: [...there.requests, chat] }));
  expect(both[1]).toBe(`warning: /v1/chat/completions: ${says}`);
});

it("warns of a stream without a count of its tokens", () => {
  const requests = [{ path: "/v1/completions", tried: { ...answered, isCounted: false } }];
  expect(found(endpointChecks, "endpoint-request", withEndpoint({ requests }))[0]).toMatch(
    /^warning: .*without a count/,
  );
});
