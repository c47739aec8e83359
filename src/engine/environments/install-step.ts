import { fail, type Fault } from "../../schema/result.ts";
import type { World } from "../../world/world.ts";

const lastLinesShown = 6;

/** Runs one program of an installation; null where it went well, else its last lines and what to do about them. */
export async function runStep(
  world: World,
  what: string,
  argv: string[],
  onProgress: (line: string) => void,
): Promise<Fault | null> {
  const lines: string[] = [];
  const { code } = await world.processes.run(argv, {
    // Where this is set, an environment without bytecode compiles all of vLLM at every start: 50 s.
    variables: { ...world.variables, PYTHONDONTWRITEBYTECODE: "" },
    onLine(line) {
      lines.push(line);
      // uv ends with one such line for each package; the count before them says enough.
      if (line.trim() !== "" && !/^ [+~-] /.test(line)) onProgress(line);
    },
  });
  if (code === 0) return null;
  const text = lines.join("\n");
  const last = lines.filter((line) => line.trim() !== "").slice(-lastLinesShown);
  const reason = last.join("\n") || (code === null ? `${argv[0]} could not be run` : `exit code ${code}`);
  const hint = hints.find(([pattern]) => pattern.test(text))?.[1] ?? "The lines above name the cause.";
  return fail("environment-not-made", `${what} failed: ${reason}`, hint).problem;
}

/** What to do about the failures that are known, by what the failing program printed. */
const hints: readonly (readonly [RegExp, string])[] = [
  [
    /no such host|connection refused.*\/v2\/|\/v2\/.*(connection|timeout|unreachable)/i,
    "The registry was not reached: check the network and the image's name; a daemon has a proxy of its own.",
  ],
  [
    /dns error|failed to fetch|error sending request|connection (refused|reset)|NewConnectionError|from versions: none|network is unreachable|timed? ?out/i,
    "The package index was not reached: check the network, HTTPS_PROXY, and the index that uv or pip is set to.",
  ],
  [
    /pull access denied|requires 'docker login'|unauthorized|authentication required|access to the resource is denied/i,
    "Check the image's name; a private registry needs `docker login` first.",
  ],
  [/manifest.*(unknown|not found)|name unknown/i, "The registry has no such image or tag: check both."],
  [/toomanyrequests|rate limit/i, "The registry limits how often it is asked: log in there, or wait and run again."],
  [/no space left/i, "The disk is full: free some space, or set CETERIS_CACHE to another disk."],
  [/ensurepip/i, "This python lacks its venv module: on Debian or Ubuntu, apt-get install python3-venv."],
  [/gcc|readelf|\bnm\b/, "Install the tools named above, then run the same command again."],
  [
    /no (compatible|matching) .*(wheel|distribution)|no solution found|has no wheels/i,
    "A package has no wheel for this system or this Python: use another Python, or another machine.",
  ],
];
