import { describe, expect, it } from "vitest";
import { figuresOfTraffic } from "../../../bench/side-by-side/wire.ts";
import { requestsOn } from "../../../bench/side-by-side/wire-requests.ts";
import type { Segment } from "../../../bench/side-by-side/wire-rows.ts";
import {
  completionRequest,
  streamEnd,
  streamHead,
  tokenChunk,
  WireConversation,
} from "../../support/wire-conversation.ts";

const ms = (valuesNs: readonly number[]): number[] => valuesNs.map((atNs) => atNs / 1e6);

/** One request at `atMs`: a token each 10 ms from 20 ms on, the count with the last. */
function answered(connection: WireConversation, atMs: number, prompt: string, tokens: string[]): WireConversation {
  connection.client(atMs, completionRequest(prompt, { seed: 1 }));
  for (const [place, text] of tokens.entries()) {
    const isLast = place === tokens.length - 1;
    const head = place === 0 ? streamHead : "";
    const token = tokenChunk(text, isLast ? "length" : null);
    connection.server(atMs + 20 + 10 * place, head + token + (isLast ? streamEnd(tokens.length) : ""));
  }
  return connection;
}

describe("requestsOn", () => {
  it("takes two requests of one connection apart", () => {
    const connection = new WireConversation().opened(0);
    answered(connection, 1, "a", ["x", "y"]);
    answered(connection, 100, "b", ["x", "", "z"]);
    const { requests, connections, problem } = requestsOn(connection.segments);
    expect({ connections, problem }).toEqual({ connections: 1, problem: null });
    expect(requests.map(({ sentNs, eventsNs, tokens }) => [sentNs / 1e6, ms(eventsNs), tokens])).toEqual([
      [1, [21, 31], 2],
      [100, [120, 130, 140], 3],
    ]);
  });

  it("dates an event by the segment that completes it, and several in one segment alike", () => {
    const connection = new WireConversation().opened(0).client(1, completionRequest("a"));
    const first = tokenChunk("one");
    connection.server(5, streamHead).server(6, first.slice(0, 20)).server(9, first.slice(20));
    connection.server(12, tokenChunk("two") + tokenChunk("three", "length") + streamEnd(3));
    expect(ms(requestsOn(connection.segments).requests[0]!.eventsNs)).toEqual([9, 12, 12]);
  });

  it("passes over what was sent again, and holds what came too early", () => {
    const whole = answered(new WireConversation().opened(0), 1, "a", ["one", "two", "three", "four"]).segments;
    const [open, , request, one, two, three, four] = whole as [Segment, Segment, ...Segment[]];
    const later = (segment: Segment, atMs: number): Segment => ({ ...segment, atNs: atMs * 1e6 });
    // The second is lost at first: the third came 5 ms before it; the first comes once more, with half of the second behind.
    const both: Segment = {
      ...later(one!, 44),
      payload: Buffer.concat([one!.payload, two!.payload.subarray(0, 10)]),
    };
    const traffic = requestsOn([open, whole[1]!, request!, one!, three!, both, later(two!, 46), four!]);
    expect(traffic.problem).toBeNull();
    expect(traffic.repeatedBytes).toBe(one!.payload.length + 10);
    expect(ms(traffic.requests[0]!.eventsNs)).toEqual([21, 46, 46, 51]);
  });

  it("says where bytes are missing", () => {
    const { segments } = answered(new WireConversation().opened(0), 1, "a", ["one", "two", "three"]);
    const traffic = requestsOn(segments.toSpliced(4, 1));
    expect(traffic.problem).toMatch(/missing/);
    expect(traffic.requests[0]!.problem).toMatch(/^the capture ended/);
  });

  it("counts a request that the server's close has crossed once, from its first attempt", () => {
    const first = answered(new WireConversation(1).opened(0), 1, "a", ["x"]).closedBy(22, "server");
    first.client(23, completionRequest("b", { seed: 1 })).closedBy(24, "client");
    const second = answered(new WireConversation(2).opened(25), 26, "b", ["x"]);
    const traffic = requestsOn([...first.segments, ...second.segments]);
    expect(traffic).toMatchObject({ resent: 1, connections: 2, problem: null });
    expect(ms(traffic.requests.map(({ sentNs }) => sentNs))).toEqual([1, 23]);
    expect(traffic.requests.map(({ problem }) => problem)).toEqual([null, null]);
  });

  it("knows a connection from the one before on the same port, and an answer that is cut off", () => {
    const first = new WireConversation(7).opened(0).client(1, completionRequest("a"));
    first.server(2, streamHead + tokenChunk("x")).closedBy(3, "server");
    const second = answered(new WireConversation(7).opened(10), 11, "b", ["x"]);
    const { requests, connections } = requestsOn([...first.segments, ...second.segments]);
    expect(connections).toBe(2);
    expect(requests.map(({ problem }) => problem)).toEqual(["its connection ended before the answer did", null]);
  });
});

describe("figuresOfTraffic", () => {
  const four = ["a", "b", "c", "d"];
  const load = { warmups: 1, requests: 2, outputTokens: 4 };
  const traffic = (counts: string[][]) =>
    requestsOn(
      counts.reduce(
        (connection, tokens, place) => answered(connection, 100 * place, String(place), tokens),
        new WireConversation().opened(0),
      ).segments,
    );

  it("gives our definitions of the last requests", () => {
    const { figures, events, asked, leftOut } = figuresOfTraffic(traffic([["w"], four, four]), load);
    expect(figures!["ttft p50, ms"]).toBeCloseTo(20, 9);
    expect(figures!["tpot p50, ms"]).toBeCloseTo(10, 9);
    expect(figures!["itl p50, ms"]).toBeCloseTo(10, 9);
    expect(figures!["e2e p50, ms"]).toBeCloseTo(50, 9);
    expect(figures!["output_throughput, tok/s"]).toBeCloseTo(8 / 0.15, 9);
    expect(figures!["in flight, mean"]).toBeCloseTo(100 / 150, 9);
    expect(figures!["tokens an event, mean"]).toBe(1);
    expect({ events, asked, leftOut }).toEqual({
      events: 9,
      asked: { seed: "1" },
      leftOut: { notSent: 0, failed: 0, withoutToken: 0 },
    });
  });

  it("does not take for a token what ends an answer, where the engine ends it apart", () => {
    const connection = new WireConversation().opened(0);
    for (const atMs of [0, 100]) {
      connection.client(atMs, completionRequest(String(atMs)));
      connection.server(atMs + 20, streamHead + tokenChunk("a"));
      connection.server(atMs + 30, tokenChunk("b")).server(atMs + 90, tokenChunk("", "length") + streamEnd(2));
    }
    const { figures } = figuresOfTraffic(requestsOn(connection.segments), {
      warmups: 0,
      requests: 2,
      outputTokens: 2,
    });
    expect(figures!["e2e p50, ms"]).toBeCloseTo(30, 9);
  });

  it("is void where too many are missing, and says so", () => {
    const few = figuresOfTraffic(traffic([["w"], four]), load);
    expect(few).toMatchObject({ figures: null, leftOut: { notSent: 1, failed: 0 } });
    expect(few.problem).toBe("of 2 requests 1 did not pass the wire, 0 had no whole answer");
    expect(figuresOfTraffic(requestsOn([]), load).figures).toBeNull();
  });
});
