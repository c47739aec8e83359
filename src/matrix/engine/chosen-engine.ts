import type { Location } from "../../schema/diagnostic.ts";
import { runsAlready, type Engine } from "../../schema/engine.ts";
import { serverUrl } from "../../schema/server-url.ts";
import { refuse, type Gathering } from "../yaml/fragments.ts";
import { startOf } from "../yaml/places.ts";
import { textOf, type MapTree } from "../yaml/tree.ts";
import { gatherEngine } from "./engine.ts";

/** The engine file of any server that runs already. */
const anyServer = "endpoint";

/**
 * The engine of a study: the one that the matrix names, or the command line in its place. `sut.url` and `--url` say where a
 * server answers; `--url` replaces an engine that would be started by `endpoint`. `version`: the one that the matrix names for it. Null where there is no engine to speak of.
 */
export function chosenEngine(
  sut: MapTree,
  declared: { text: string; at: Location },
  {
    overrides,
    sutFolders,
    version,
  }: { overrides: { sut?: string; url?: string }; sutFolders: string[]; version: string | undefined },
  gathering: Gathering,
): Engine | null {
  const { sut: other, url: given } = overrides;
  const engine = gatherEngine(
    other ?? declared.text,
    other === undefined ? declared.at : startOf(`--sut ${other}`),
    sutFolders,
    gathering,
    other === undefined ? version : undefined,
  );
  if (engine === null) return null;
  if (given === undefined) {
    if (other !== undefined) return engine;
    const url = textOf(sut, "url");
    if (runsAlready(engine)) return url === null ? engine : withUrl(engine, url.text);
    const entry = sut.entries.get("url");
    if (entry !== undefined) {
      const message = `\`url\` is for a server that runs already, and \`${engine.name}\` is started by Ceteris`;
      refuse(gathering, entry.key, "not-a-server", message, `write \`engine: ${anyServer}\`, or take \`url\` out`);
    }
    return engine;
  }
  const address = serverUrl(given);
  if (!address.ok) {
    const { code, message, hint } = address.problem;
    return refuse(gathering, startOf("--url"), code, `--url: ${message}`, hint);
  }
  if (runsAlready(engine)) return withUrl(engine, address.value);
  if (other !== undefined) {
    const message = `--url names a server that runs already, and --sut ${other} an engine that Ceteris starts`;
    const hint = "leave --sut out, or name an engine file whose environment is of kind endpoint";
    return refuse(gathering, startOf("--url"), "not-a-server", message, hint);
  }
  const server = gatherEngine(anyServer, startOf("--url"), sutFolders, gathering);
  return server === null ? null : withUrl(server, address.value);
}

function withUrl(engine: Engine, url: string): Engine {
  return { ...engine, environment: { kind: "endpoint", url } };
}
