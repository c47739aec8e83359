import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** An image as `docker image inspect` shows it. */
export interface FakeImage {
  Id: string;
  RepoDigests: string[];
}

export interface FakeDocker {
  /** PATH and DOCKER_CONFIG, by which it is found and finds its state. */
  variables: { PATH: string; DOCKER_CONFIG: string };
  /** The path of the client. */
  client: string;
  /** From now on the daemon answers with this alone; null: it answers again. */
  refuse(said: string | null): void;
  /** The argument lists that it was called with. */
  calls(): string[][];
}

/** Puts a program named docker into a folder for PATH: `tests/fixtures/docker/fake-docker.mjs` says what it does. */
export function fakeDocker(
  folder: string,
  {
    images = {},
    registry = {},
    name = "docker",
  }: {
    images?: Record<string, FakeImage>;
    registry?: Record<string, FakeImage>;
    name?: string;
  } = {},
): FakeDocker {
  const [bin, state] = [join(folder, "docker-bin"), join(folder, "docker-state")];
  for (const made of [bin, state]) mkdirSync(made, { recursive: true });
  const text = readFileSync(join(import.meta.dirname, "../fixtures/docker/fake-docker.mjs"), "utf8");
  writeFileSync(join(bin, "package.json"), '{ "type": "module" }');
  const client = join(bin, name);
  writeFileSync(client, `#!${process.execPath}\n${text}`);
  chmodSync(client, 0o755);
  writeFileSync(join(state, "images.json"), JSON.stringify(images));
  writeFileSync(join(state, "registry.json"), JSON.stringify(registry));
  const log = join(state, "calls.log");
  const refusal = join(state, "refusal.txt");
  return {
    variables: { PATH: bin, DOCKER_CONFIG: state },
    client,
    refuse(said) {
      if (said === null) rmSync(refusal, { force: true });
      else writeFileSync(refusal, said);
    },
    calls: () =>
      existsSync(log)
        ? readFileSync(log, "utf8")
            .split("\n")
            .filter((line) => line !== "")
            .map((line) => JSON.parse(line) as string[])
        : [],
  };
}

const digit = (one: string): string => `sha256:${one.repeat(64)}`;

/** An image that came from a registry, and one that was built here. */
export const pulledImage: FakeImage = { Id: digit("1"), RepoDigests: [`vllm/vllm-openai@${digit("2")}`] };
export const builtImage: FakeImage = { Id: digit("3"), RepoDigests: [] };
