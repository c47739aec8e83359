import { describe, expect, it } from "vitest";
import { routes } from "../../src/cli/commands.ts";
import { flagName, listCommands } from "../../src/cli/listing.ts";

const commands = listCommands(routes);

describe("the list of commands", () => {
  it("has each with its argument and its flags", () => {
    const plan = commands.find(({ name }) => name === "plan");
    expect(plan).toMatchObject({ argument: { placeholder: "matrix", isOptional: false, isRepeated: false } });
    expect(plan?.flags.find(({ name }) => name === "--fidelity")).toEqual({
      name: "--fidelity",
      placeholder: "smoke|screen|valid|submission",
      values: ["smoke", "screen", "valid", "submission"],
      meaning: "how much each trial measures, and the best verdict that it can get",
      standard: "what the matrix says, else screen",
      isNeeded: false,
    });
  });

  it("has what is called by two words, what is needed, and what may be repeated", () => {
    expect(commands.map(({ name }) => name)).toEqual(expect.arrayContaining(["export mlperf", "site build"]));
    const needed = commands.flatMap(({ name, flags }) =>
      flags.filter(({ isNeeded }) => isNeeded).map((flag) => `${name} ${flag.name}`),
    );
    expect(needed).toEqual(["capacity --rate", "loadgen --ruleset", "loadgen --scenario", "loadgen --rate"]);
    expect(commands.find(({ name }) => name === "compare")?.argument?.isRepeated).toBe(true);
    expect(commands.find(({ name }) => name === "status")?.argument?.isOptional).toBe(true);
  });

  it("says of every flag what it means, in a line of its own", () => {
    for (const { flags } of commands) for (const { meaning } of flags) expect(meaning).toMatch(/^[^\n]{4,}$/);
  });
});

it("writes names as they are typed", () => {
  expect(flagName("sloTtftMs")).toBe("--slo-ttft-ms");
});
