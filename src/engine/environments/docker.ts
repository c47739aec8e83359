import { fail } from "../../schema/result.ts";
import type { EnvironmentKind } from "./environment.ts";

/** The declaration is understood, the start is not there yet. */
export const docker: EnvironmentKind<"docker"> = (_world, { image }, engine) =>
  Promise.resolve(
    fail(
      "docker-not-supported",
      `${engine.name}: an engine from a docker image (${image}) cannot be started by this version of ceteris`,
      "Start the container yourself and attach to it (`sut: { engine: endpoint, url: http://… }`), or choose path or uv.",
    ),
  );
