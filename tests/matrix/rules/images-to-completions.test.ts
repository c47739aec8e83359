import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "images-to-completions";
const of = (endpoint: string, more = "") =>
  `[{ workload: w, endpoint: ${endpoint}, dataset: { kind: synthetic, images: { count: 2, size: [224, 224] } }${more} }]`;

describe("images-to-completions", () => {
  it("is an error where the endpoint takes none", () => {
    const [one, ...others] = found(code, { workloads: of("completions") });
    expect(one).toMatchObject({ severity: "error", at: "images" });
    expect(one?.message).toContain("workload `w` has images in its prompts");
    expect(others).toEqual([]);
  });

  it("looks at the dataset of a class, and has nothing against chat", () => {
    expect(found(code, { workloads: of("chat") })).toEqual([]);
    const classes = "[{ name: a, dataset: { kind: synthetic, images: { count: 1, size: [8, 8] } } }]";
    expect(found(code, { workloads: `[{ classes: ${classes} }]` })).toHaveLength(1);
  });

  it("takes a width and a height", () => {
    for (const size of ["[8]", "[8, 8, 3]"]) {
      const workloads = `[{ endpoint: chat, dataset: { kind: synthetic, images: { count: 1, size: ${size} } } }]`;
      expect(found("wrong-length", { workloads })[0]?.message).toMatch(/^`size` takes 2 entries, not [13]$/);
    }
  });
});
