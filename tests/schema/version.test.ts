import { compareVersions } from "../../src/schema/version.ts";
import { describe, expect, it } from "vitest";

describe("compareVersions", () => {
  it("goes number by number", () => {
    expect(compareVersions("0.9.2", "0.10.0")).toBeLessThan(0);
    expect(compareVersions("1.0", "0.99")).toBeGreaterThan(0);
    expect(compareVersions("0.20", "0.20.0")).toBe(0);
  });

  it("heeds no prefix and no suffix", () => {
    expect(compareVersions("v0.32.0+cpu", "0.32.0")).toBe(0);
    expect(compareVersions("0.32.1rc1", "0.32.0")).toBeGreaterThan(0);
  });
});
