import { createServer, request, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { eventStream, type EventStream } from "../../src/simulator/event-stream.ts";

let server: Server;

async function serve(answer: (stream: EventStream, written: () => number) => void): Promise<number> {
  server = createServer((incoming, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    answer(eventStream(response), () => incoming.socket.bytesWritten);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

afterEach(async () => {
  server.closeAllConnections();
  await new Promise<void>((resolve) => void server.close(() => resolve()));
});

const textOf = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    request({ port, host: "127.0.0.1", agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => resolve(text));
    })
      .on("error", reject)
      .end();
  });

describe("eventStream", () => {
  it("frames what it writes, in any language", async () => {
    const port = await serve((stream) => {
      stream.write("data: é🙂\n\n");
      stream.end("data: [DONE]\n\n");
    });
    expect(await textOf(port)).toBe("data: é🙂\n\ndata: [DONE]\n\n");
  });

  it("has written when the call is over", async () => {
    const grown: number[] = [];
    const port = await serve((stream, written) => {
      for (let count = 0; count < 3; count++) {
        const before = written();
        stream.write("data: x\n\n");
        grown.push(written() - before);
      }
      stream.end("");
    });
    await textOf(port);
    // The size, the text and two ends of line.
    expect(grown).toEqual([14, 14, 14]);
  });

  it("keeps the answers of one connection in order, though the second is ready first", async () => {
    const streams: EventStream[] = [];
    const port = await serve((stream) => {
      streams.push(stream);
      if (streams.length < 2) return;
      streams[1]!.write("second ");
      streams[1]!.end("answer");
      streams[0]!.write("first ");
      streams[0]!.end("answer");
    });
    const got = await new Promise<string>((resolve) => {
      let text = "";
      const socket = connect(port, "127.0.0.1", () => {
        const ask = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";
        socket.write(ask + ask);
      });
      socket.on("data", (bytes) => {
        text += bytes.toString();
        if ((text.match(/\r\n0\r\n\r\n/g) ?? []).length === 2) resolve(text);
      });
    });
    expect(got).toMatch(/first [\s\S]*answer[\s\S]*HTTP\/1\.1 200[\s\S]*second [\s\S]*answer/);
  });

  it("survives a client that has gone", async () => {
    let written: (() => void) | null = null;
    const gone = new Promise<boolean>((resolve) => {
      written = () => resolve(true);
    });
    const port = await serve((stream) => {
      stream.write("data: x\n\n");
      setTimeout(() => {
        stream.write("data: y\n\n");
        stream.end("data: [DONE]\n\n");
        written?.();
      }, 30);
    });
    const socket = connect(port, "127.0.0.1", () => socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n"));
    socket.once("data", () => socket.destroy());
    expect(await gone).toBe(true);
  });
});
