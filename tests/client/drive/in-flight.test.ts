import { describe, expect, it } from "vitest";
import { createInFlightGauge } from "../../../src/client/drive/in-flight.ts";

describe("createInFlightGauge", () => {
  it("takes the mean from the first burst to the last send, without the tail", () => {
    const gauge = createInFlightGauge(2, 4);
    gauge.opened(0);
    gauge.opened(100);
    gauge.closed(200);
    gauge.opened(300);
    gauge.closed(400);
    gauge.closed(450);
    gauge.opened(500);
    gauge.closed(9000);
    // 100–200: 2, 200–300: 1, 300–400: 2, 400–450: 1, 450–500: 0.
    expect(gauge.held()).toEqual({ asked: 2, heldMean: (200 + 100 + 200 + 50) / 400, heldMax: 2 });
  });

  it("says how many were open where all went in the first burst", () => {
    const gauge = createInFlightGauge(8, 3);
    for (const at of [0, 1, 2]) gauge.opened(at);
    expect(gauge.held()).toEqual({ asked: 8, heldMean: 3, heldMax: 3 });
  });
});
