import { expect, it } from "vitest";
import { usagePlaceOf } from "../../../bench/side-by-side/usage.ts";

it("tells where a stream says its count", () => {
  const token = 'data: {"choices":[{"text":"a"}]}\n\n';
  const alone = 'data: {"choices":[],"usage":{"completion_tokens":1}}\n\n';
  const together = 'data: {"choices":[{"text":""}],"usage":{"completion_tokens":1}}\n\n';
  expect(usagePlaceOf(`${token}${alone}data: [DONE]\n\n`)).toBe("in an event of its own");
  expect(usagePlaceOf(`${token}${together}data: [DONE]\n\n`)).toBe("in an event with a choice");
  expect(usagePlaceOf(`${token}data: {"choices":[{"text":"b"}],"usage":null}\n\n`)).toBe("nowhere");
});
