/**
 * Installs the peers that `npm run bench` then measures beside our client, each in an environment of its own in the cache:
 *
 *   npm run bench:peers [-- NAME…] [-- --python /path/to/python3]
 */

import { parseArgs } from "node:util";
import { environmentOf, peers } from "../bench/peers/index.ts";
import { cacheFolderOf } from "../src/engine/cache-folder.ts";
import { makeEnvironment } from "../src/engine/environments/uv-environment.ts";
import { realWorld } from "../src/world/real-world.ts";

const { values, positionals } = parseArgs({
  options: { python: { type: "string", default: "python3" } },
  allowPositionals: true,
});
const unknown = positionals.find((wanted) => !peers.some(({ name }) => name === wanted));
if (unknown !== undefined) {
  console.error(`there is no peer "${unknown}"; there is ${peers.map(({ name }) => name).join(", ")}`);
  process.exitCode = 2;
} else {
  const world = realWorld();
  for (const peer of peers.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
    const made = await makeEnvironment(world, {
      ...environmentOf(peer),
      pythons: [values.python],
      cacheFolder: cacheFolderOf(world),
      onProgress: (line) => console.error(line),
    });
    if (made.ok) {
      console.log(`${peer.name}: ${made.value.folder}`);
    } else {
      console.error(`${peer.name}: ${made.problem.message}\n${made.problem.hint}`);
      process.exitCode = 1;
    }
  }
}
