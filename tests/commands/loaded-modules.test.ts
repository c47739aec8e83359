import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";

/** What a module loads with it, as addresses of files. */
function loadedWith(path: string): string[] {
  const code = `
    const loaded = [];
    require("node:module").registerHooks({
      load(url, context, next) {
        loaded.push(url);
        return next(url, context);
      },
    });
    import("./src/${path}").then(() => console.log(JSON.stringify(loaded)));
  `;
  return JSON.parse(execFileSync(process.execPath, ["--eval", code], { encoding: "utf8" })) as string[];
}

describe("what makes pages", () => {
  it.each(["commands/report.ts", "commands/site.ts"])("loads nothing that reads a matrix: %s", (path) => {
    const loaded = loadedWith(path);
    expect(loaded.some((url) => url.includes("/src/report/"))).toBe(true);
    expect(
      loaded.filter((url) => /\/node_modules\/(typebox|ajv|yaml)\/|\/src\/(matrix|plan|design)\//.test(url)),
    ).toEqual([]);
  });
});

describe("what sends a load", () => {
  it.each(["client/index.ts", "client/load-shard.ts"])("loads no shape of a file: %s", (path) => {
    const loaded = loadedWith(path);
    expect(loaded.some((url) => url.includes("/src/client/stream/"))).toBe(true);
    expect(loaded.filter((url) => url.includes("/node_modules/"))).toEqual([]);
  });
});

describe("what makes no page", () => {
  it.each(["commands/status.ts", "commands/plan.ts", "commands/bench.ts"])(
    "loads nothing that pages need: %s",
    (path) => {
      const loaded = loadedWith(path);
      expect(loaded.some((url) => url.includes("/src/report/"))).toBe(true);
      expect(loaded.filter((url) => /\/node_modules\/(handlebars|markdown-it|d3-)/.test(url))).toEqual([]);
    },
  );
});
