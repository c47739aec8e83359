/**
 * Installs the peers that `npm run bench` then measures beside our client, each in an environment of its own in the cache:
 *
 *   npm run bench:peers [-- NAME…] [-- --python /path/to/python3]
 *
 * One that cannot be installed here is said so, with its reason, and the others are installed all the same; exit code 1 then.
 */

import { parseArgs } from "node:util";
import { peers, type Peer } from "../bench/peers/index.ts";
import { pythonsFor } from "../bench/peers/pythons.ts";
import { cacheFolderOf } from "../src/engine/cache-folder.ts";
import { makeEnvironment } from "../src/engine/environments/uv-environment.ts";
import { realWorld } from "../src/world/real-world.ts";

const { values, positionals } = parseArgs({ options: { python: { type: "string" } }, allowPositionals: true });
const unknown = positionals.find((wanted) => !peers.some(({ name }) => name === wanted));
if (unknown !== undefined) {
  console.error(`there is no peer "${unknown}"; there is ${peers.map(({ name }) => `"${name}"`).join(", ")}`);
  process.exitCode = 2;
} else {
  for (const peer of peers.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
    console.log(`${peer.name}: ${await install(peer)}`);
  }
}

/** The folder of its environment, or why there is none. */
async function install(peer: Peer): Promise<string> {
  const world = realWorld();
  const made = await makeEnvironment(world, {
    ...peer.environment,
    pythons: values.python === undefined ? pythonsFor(peer) : [values.python],
    cacheFolder: cacheFolderOf(world),
    onProgress: (line) => console.error(line),
  });
  if (made.ok) return made.value.folder;
  process.exitCode = 1;
  const { message, hint } = made.problem;
  return `cannot be installed here: ${message} (it needs Python ${peer.oldestPython} or newer). ${hint}`;
}
