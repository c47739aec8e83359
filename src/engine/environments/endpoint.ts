import { fail, succeed } from "../../schema/result.ts";
import type { EnvironmentKind } from "./environment.ts";

/** Something that runs already: nothing is made and nothing is started. */
export const endpoint: EnvironmentKind<"endpoint"> = (_world, { url }, engine) => {
  const parsed = URL.parse(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    const hint = "Write it as http://host:port, without the route.";
    return Promise.resolve(fail("bad-endpoint", `${engine.name}: ${url} is no http address`, hint));
  }
  return Promise.resolve(succeed({ executable: [], packages: null, folder: null, url }));
};
