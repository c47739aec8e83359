import { expect, it } from "vitest";
import { serverUrl } from "../../src/schema/server-url.ts";

it.each([
  ["gpu:8000", "http://gpu:8000"],
  ["https://gpu.example/v1/", "https://gpu.example"],
  ["http://[::1]:8000", "http://[::1]:8000"],
  ["http://gateway/v1/team/models", "http://gateway/v1/team/models"],
  ["http://gateway/models/llama/v1", "http://gateway/models/llama"],
])("reads %s", (given, url) => {
  expect(serverUrl(given)).toEqual({ ok: true, value: url });
});

it.each([
  ["ftp://gpu", "bad-url"],
  ["http://gpu:8000/v1/chat/completions", "bad-url"],
  ["gpu:8000/completions/", "bad-url"],
  ["http://gpu:8000/v1/models", "bad-url"],
  ["http://", "bad-url"],
  ["http://gpu:8000/?key=geheim", "bad-url"],
  ["http://me:geheim@gpu", "secret-in-url"],
  ["me:geheim@gpu:8000", "secret-in-url"],
  ["http://me:geheim@gpu:port", "bad-url"],
])("refuses %s and repeats no secret", (given, code) => {
  const found = serverUrl(given);
  expect(found).toMatchObject({ ok: false, problem: { code } });
  expect(JSON.stringify(found)).not.toContain("geheim");
});
