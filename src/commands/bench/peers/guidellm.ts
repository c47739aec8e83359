import rows from "./guidellm-flags.json" with { type: "json" };
import { peerFault, peerFlags, routeOf, type PeerReading, type PeerTool } from "./peer-flag.ts";

/** Flags of `guidellm run` 0.7, and of `guidellm benchmark` before it. */
const flags = peerFlags(rows);

export const guidellm: PeerTool = {
  title: "GuideLLM",
  calls: [
    [/^guidellm$/, /^benchmark$/, /^run$/],
    [/^guidellm$/, /^(benchmark|run)$/],
  ],
  flags,
  read(given) {
    const value = (name: string): string | undefined => given.get(name)?.at(-1);
    const backend = settingsOf(value("--backend") ?? "");
    const profile = settingsOf(value("--profile") ?? "");
    const found: PeerReading = { flags: [], notes: [], faults: [] };
    const url = value("--target") ?? backend["target"];
    if (url !== undefined) found.url = url;
    if (backend["model"] !== undefined) found.flags.push(["--model", backend["model"]]);
    const format = value("--request-type") ?? value("--request-format") ?? backend["request_format"];
    const route = format === undefined ? null : routeOf(format);
    if (route !== null) found.flags.push(["--endpoint", route]);
    else if (format !== undefined)
      found.faults.push(
        peerFault(`--request-format ${format}`, "this route is not measured", "Take chat or completions."),
      );

    const kind = profile["kind"] ?? value("--rate-type");
    const rate = value("--rate") ?? profile["rate"] ?? profile["streams"] ?? profile["max_concurrency"];
    const several = (rate ?? "").includes(",") || kind === "sweep";
    if (several)
      found.faults.push(
        peerFault(
          kind === "sweep" ? "sweep" : `--rate ${rate}`,
          "`bench` measures one load",
          "Several are a matrix's: sweep: { load.rate: [2, 4, 8] }.",
        ),
      );
    else found.flags.push(...loadOf(kind, rate));

    for (const text of given.get("--constraint") ?? []) {
      const constraint = settingsOf(text);
      const [count, seconds] = [constraint["count"], constraint["seconds"]];
      if (count !== undefined) found.flags.push(["--requests", count]);
      if (seconds !== undefined) found.flags.push(["--duration", seconds]);
    }
    for (const text of given.get("--data") ?? []) {
      const data = settingsOf(text);
      const path = data["path"] ?? (text.includes("=") || text.startsWith("{") ? undefined : text);
      if (path !== undefined) found.flags.push(["--dataset", path]);
      for (const [theirs, flag] of [
        ["prompt_tokens", "--input-tokens"],
        ["output_tokens", "--output-tokens"],
      ] as const) {
        const length = data[theirs];
        if (length !== undefined) found.flags.push([flag, length]);
      }
      if (path === undefined && data["prompt_tokens"] === undefined)
        found.faults.push(
          peerFault(
            `--data ${text}`,
            "this dataset is not read",
            'Write its prompts as lines of {"prompt": …}, and give the file: --dataset FILE.jsonl.',
          ),
        );
    }
    return found;
  },
};

function loadOf(kind: string | undefined, rate: string | undefined): PeerReading["flags"] {
  switch (kind) {
    case "synchronous":
      return [["--concurrency", "1"]];
    case "concurrent":
      return rate === undefined ? [] : [["--concurrency", rate]];
    case "throughput":
      return [["--rate", "inf"]];
    case "constant":
    case "poisson":
      return rate === undefined
        ? [["--arrivals", kind]]
        : [
            ["--rate", rate],
            ["--arrivals", kind],
          ];
    default:
      return rate === undefined ? [] : [["--rate", rate]];
  }
}

/** `kind=synthetic_text,prompt_tokens=256` or the same as a JSON object. */
function settingsOf(text: string): { [name: string]: string } {
  if (text.startsWith("{")) {
    try {
      const found = JSON.parse(text) as { [name: string]: unknown };
      return Object.fromEntries(Object.entries(found).map(([name, value]) => [name, String(value)]));
    } catch {
      return {};
    }
  }
  return Object.fromEntries(
    text.split(",").flatMap((part) => {
      const at = part.indexOf("=");
      return at < 0 ? [] : [[part.slice(0, at), part.slice(at + 1)]];
    }),
  );
}
