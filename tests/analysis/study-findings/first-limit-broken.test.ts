import { expect, it } from "vitest";
import { sweptReport } from "../../support/swept-report.ts";

it("shows a share near what must with the decimals that tell the two apart", () => {
  const input = sweptReport({ design: "curve", configurations: [], shareBeyond: 98.97 });
  const says = input.findings!.flatMap((one) => (one.rule === "first-limit-broken" ? one.says : []));
  expect(says).toEqual([
    expect.stringContaining(": 98.97 % of the requests meet it there (98.97 to 98.97), and 99 % must."),
  ]);
});
