import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeStudyFolder, runCli, storedTrials } from "../support/cli.ts";
import { measuredCodes } from "../support/measured.ts";

const place = makeStudyFolder();
const asked: { headers: IncomingHttpHeaders; body: { [member: string]: unknown } }[] = [];
let server: Server;
let url: string;
/** What every request is answered with instead of tokens. */
let refusal: string | null = null;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.method === "GET") return void response.end(JSON.stringify({ data: [{ id: "tiny" }] }));
    let text = "";
    request.setEncoding("utf8").on("data", (part: string) => (text += part));
    request.on("end", () => {
      asked.push({ headers: request.headers, body: JSON.parse(text) as (typeof asked)[0]["body"] });
      if (refusal !== null) return void response.writeHead(400).end(refusal);
      response.writeHead(200, { "content-type": "text/event-stream" });
      // An answer at once would leave the client with fewer in flight than it was asked for.
      setTimeout(() => {
        response.write(`data: ${JSON.stringify({ choices: [{ text: "a", index: 0, finish_reason: "length" }] })}\n\n`);
        response.end("data: [DONE]\n\n");
      }, 50);
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  place.remove();
});

const few = ["--requests", "4", "--concurrency", "2", "--output-tokens", "1"];

it("sends headers and members of the body that flags ask for, and no secret reaches a file", async () => {
  const flags = ["--header", "x-tenant=blue", "--header", "x-api-key=env:MY_KEY", "--extra-body", '{"min_p": 0.1}'];
  const { code, stderr } = await runCli(["bench", url, ...few, ...flags, "--study", "sent"], place.folder, {
    MY_KEY: "s3cret",
  });
  expect(measuredCodes, stderr).toContain(code);
  expect(asked.at(-1)).toMatchObject({ headers: { "x-tenant": "blue", "x-api-key": "s3cret" }, body: { min_p: 0.1 } });
  expect(JSON.stringify(storedTrials(place.folder, "sent"))).not.toContain("s3cret");
});

it("takes no secret on the command line", async () => {
  const { code, stdout, stderr } = await runCli(["bench", url, "--header", "Authorization=Bearer sk-1"], place.folder);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(
    /header Authorization is a secret.*\n.*--header Authorization=env:NAME, or --api-key-env NAME/,
  );
  expect(stderr).not.toContain("sk-1");
});

it("says the error first and little else where all requests fail", async () => {
  refusal = '{"error": {"message": "max_tokens is too large"}}';
  try {
    const { code, stdout } = await runCli(["bench", url, ...few, "--study", "refused"], place.folder);
    expect(code).toBe(3);
    const lines = stdout.split("\n").filter((line) => line !== "");
    expect(lines[0]).toMatch(/^FAILED: .*max_tokens is too large/);
    expect(lines.length).toBeLessThanOrEqual(5);
    expect(stdout).not.toContain("The same as a matrix");
  } finally {
    refusal = null;
  }
});
