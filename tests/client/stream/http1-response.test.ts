import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Http1Response } from "../../../src/client/stream/http1-response.ts";
import { createRandom } from "../../../src/math/random.ts";

function read(pieces: readonly Buffer[]) {
  const heard = { status: 0, body: "", read: 0 };
  const response = new Http1Response();
  response.expect({
    onHead: (status) => void (heard.status = status),
    onBody: (buffer, from, to) => void (heard.body += buffer.toString("latin1", from, to)),
  });
  for (const piece of pieces) heard.read += response.feed(piece, 0, piece.length, 0);
  return { ...heard, done: response.done, keepAlive: response.keepAlive, problem: response.problem, response };
}

function readText(text: string) {
  const bytes = Buffer.from(text, "latin1");
  const atOnce = read([bytes]);
  const bytewise = read([...bytes].map((byte) => Buffer.from([byte])));
  expect({ ...bytewise, read: 0, response: null }).toEqual({ ...atOnce, read: 0, response: null });
  return atOnce;
}

const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

describe("Http1Response", () => {
  it("reads a chunked body with extensions and a trailer", () => {
    const text = `${head}5\r\nhello\r\n1 ;name=value\r\n \r\nA  \r\n0123456789\r\n0\r\nX-Sum: 7\r\n\r\n`;
    expect(readText(text)).toMatchObject({ status: 200, body: "hello 0123456789", done: true, keepAlive: true });
  });

  it("ends with the last chunk, quickly or not, and leaves what follows", () => {
    for (const last of ["0\r\n\r\n", "000\r\n\r\n", "0;last\r\n\r\n", "0\r\nX: 1\r\n\r\n", "0\n\n"]) {
      const pieces = [head, `2\r\nhi\r\n${last}HTTP`].map((text) => Buffer.from(text));
      const { body, done, read: length } = read(pieces);
      expect({ body, done, length }).toEqual({ body: "hi", done: true, length: head.length + 7 + last.length });
    }
  });

  it("stops where the response ends and leaves what follows", () => {
    const text = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    const both = read([Buffer.from(`${text}HTTP/1.1 200 OK`)]);
    expect(both).toMatchObject({ body: "hi", done: true, read: text.length });
  });

  it("reads a body that the connection's end ends", () => {
    const { response, ...heard } = readText("HTTP/1.1 200 OK\r\n\r\nabc");
    expect(heard).toMatchObject({ body: "abc", done: false, keepAlive: false });
    expect(response.endedByClose()).toBe(true);
    expect(response.done).toBe(true);
    expect(readText(`${head}5\r\nhel`).response.endedByClose()).toBe(false);
  });

  it("passes over interim responses", () => {
    const text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\nx";
    expect(readText(text)).toMatchObject({ status: 404, body: "x", done: true });
  });

  it("knows when the connection may be used again", () => {
    expect(readText("HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n").keepAlive).toBe(false);
    expect(readText("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n").keepAlive).toBe(false);
    expect(readText("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n").keepAlive).toBe(true);
    expect(readText("HTTP/1.1 204 No Content\r\n\r\n")).toMatchObject({ done: true, keepAlive: true });
  });

  it("takes lines that end with LF alone", () => {
    const text = "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc\n0\n\n";
    expect(readText(text)).toMatchObject({ body: "abc", done: true });
  });

  it("says what is wrong with bytes that are not HTTP", () => {
    expect(readText("SSH-2.0-OpenSSH\r\n\r\n").problem).toMatch(/not an HTTP\/1.1 response: "SSH-2.0/);
    expect(readText(`${head}zz\r\n`).problem).toMatch(/without a size/);
    expect(readText(`${head}\r\nabc`).problem).toMatch(/without a size/);
    expect(readText(`${head}2\r\nabc`).problem).toMatch(/longer than its size/);
    expect(readText("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n").problem).toMatch(/content length/);
    expect(read([Buffer.alloc(70_000, "a")]).problem).toMatch(/no end/);
  });

  it("reads the same wherever it is cut", () => {
    const random = createRandom("http");
    const chunks = Array.from({ length: 40 }, () => "x".repeat(1 + random.integer(40)));
    const framed = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join("");
    const bytes = Buffer.from(`${head}${framed}0\r\n\r\n`);
    for (let round = 0; round < 100; round++) {
      const cuts = Array.from({ length: 20 }, () => random.integer(bytes.length)).toSorted((a, b) => a - b);
      const edges = [0, ...cuts, bytes.length];
      const pieces = edges.slice(1).map((to, index) => bytes.subarray(edges[index], to));
      expect(read(pieces)).toMatchObject({ body: chunks.join(""), done: true, read: bytes.length });
    }
  });
});

describe("any bytes", () => {
  const bit = fc.oneof(
    fc.constantFrom(
      "HTTP/1.1 200 OK\r\n",
      "HTTP/1.0 500 No\r\n",
      "transfer-encoding: chunked\r\n",
      "content-length: 3\r\n",
    ),
    fc.constantFrom(
      "\r\n",
      "\n",
      "5\r\nhello\r\n",
      "3;x=y\r\nabc\r\n",
      "0\r\n\r\n",
      "0\r\nx: y\r\n\r\n",
      "fffffffff\r\n",
      "-1\r\n",
    ),
    fc.string({ maxLength: 3 }),
  );
  const beginnings = fc.constantFrom(
    "",
    head,
    "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n",
    "HTTP/1.1 200 OK\r\n\r\n",
  );

  it("are read in the same way wherever they are cut, and nothing is thrown", () => {
    const said = (pieces: readonly Buffer[]) => {
      const { status, body, done, keepAlive, problem } = read(pieces);
      return { status, body, done, keepAlive, problem };
    };
    const property = fc.property(beginnings, fc.array(bit, { maxLength: 8 }), (beginning, bits) => {
      const bytes = Buffer.from(beginning + bits.join(""));
      const whole = said([bytes]);
      for (let at = 0; at <= bytes.length; at += 1) {
        expect(said([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
      }
    });
    fc.assert(property, { numRuns: 500, seed: 42 });
  });
});
