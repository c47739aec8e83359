import { describe, expect, it } from "vitest";
import { parseHelp } from "../../../src/matrix/engine/help-text.ts";

describe("parseHelp", () => {
  const text = `usage: x

options:
  --plain PLAIN
  --many {a,b} [{a,b} ...]
  --long-help LONG_HELP, -lh LONG_HELP
                        What it does, in more words than one line of a ter-
                        minal holds (e.g. this). And a second sentence.
                        (default: 7)
  --on, --no-on         Turns it on. (default: True)

Group:
  Of things.

      - not an option

  --json JSON           Should either be a valid JSON string or JSON keys
                        passed individually. (default: Thing(a=1))

The end:
   --json '{"a": 1}'
`;
  const options = Object.fromEntries(parseHelp(text).map((option) => [option.name, option]));

  it("reads options, and not what only looks like one", () => {
    expect(Object.keys(options)).toEqual(["plain", "many", "long_help", "on", "json"]);
  });

  it("knows what it does not know", () => {
    expect(options["plain"]).toMatchObject({ type: "string", typeIsCertain: false });
    expect(options["long_help"]).toMatchObject({ type: "int", typeIsCertain: false });
    expect(options["many"]).toMatchObject({ type: "list", values: ["a", "b"] });
  });

  it("joins wrapped help and keeps its first sentence", () => {
    expect(options["long_help"]).toMatchObject({
      aliases: ["-lh"],
      default: 7,
      help: "What it does, in more words than one line of a ter-minal holds (e.g. this).",
    });
  });

  it("reads negations, groups and defaults, and leaves out a default that is no value", () => {
    expect(options["on"]).toMatchObject({ type: "bool", negation: "--no-on", default: true, group: "options" });
    expect(options["json"]).toMatchObject({ type: "json", group: "Group" });
    expect(options["json"]).not.toHaveProperty("default");
    expect(options["json"]).not.toHaveProperty("help");
  });

  it("takes the last default, where the text speaks of another", () => {
    const [level] = parseHelp("options:\n  --log-level L  Or by LEVEL (default: DEBUG). (default: INFO)\n");
    expect(level?.default).toBe("INFO");
  });
});

// As vLLM 0.33.0 prints them.
describe("a help of vLLM 0.33.0", () => {
  const [turned, cascade, mamba, deprecated] = parseHelp(`options:
  --enable-prefix-caching, --disable-prefix-caching
                        Whether to enable prefix caching. (default: True)
  --disable-cascade-attn, --enable-cascade-attn
                        --disable-cascade-attn is deprecated and has no effect
                        since cascade attention has been removed. It will be
                        removed in v0.33.0. (default: None)
  --mamba-cache-mode {align,none}
                        --mamba-cache-mode is deprecated and will be removed
                        in v0.33.0. It has no effect: Mamba prefix caching
                        follows --enable-prefix-caching. (default: None)
  --log-config-file PYLOGGING_CONFIG_FILE
                        --log-config-file is deprecated and will be removed in
                        v0.33.0. Use --logging-config.pylogging_config_file
                        instead.
`);

  it("says false by the opposite verb", () => {
    expect(turned).toMatchObject({ type: "bool", negation: "--disable-prefix-caching", aliases: [], default: true });
    expect(cascade).toMatchObject({ type: "bool", negation: "--enable-cascade-attn", aliases: [] });
  });

  it("tells of an option that it takes and does not heed, and not of one that it only advises against", () => {
    expect(cascade?.inert).toMatch(/^--disable-cascade-attn is deprecated and has no effect since .* v0\.33\.0\.$/);
    expect(mamba?.inert).toContain("It has no effect: Mamba prefix caching follows");
    expect(deprecated?.inert).toBeUndefined();
    expect(deprecated?.help).toContain("--log-config-file is deprecated");
  });
});
