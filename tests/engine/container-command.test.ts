import { describe, expect, it } from "vitest";
import { commandLine } from "../../src/engine/command-line.ts";
import { containerCommand, onCores, variablesFor } from "../../src/engine/container-command.ts";
import type { Container } from "../../src/engine/environments/environment.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { engineWith } from "../support/engines.ts";

const container: Container = {
  client: "/usr/bin/docker",
  image: "vllm/vllm-openai:v0.32.0",
  digest: "sha256:2",
  reference: "vllm/vllm-openai@sha256:2",
  user: "1000:1001",
  gpus: "request",
  mounts: [],
  options: [],
};

const engine = engineWith({
  command: ["{executable}", "serve", "{model}", "--host", "{host}", "--port", "{port}"],
  variables: { PYTHONUNBUFFERED: "1" },
  privateFolders: { TMPDIR: "private", VLLM_CACHE_ROOT: "cache" },
  passThrough: ["HF_TOKEN", "CUDA_*", "LD_PRELOAD", "SSL_CERT_FILE"],
  devicesVariable: "CUDA_VISIBLE_DEVICES",
});

const user = {
  PATH: "/usr/bin",
  HOME: "/home/ada",
  USER: "ada",
  LD_PRELOAD: "/opt/x.so",
  SSL_CERT_FILE: "/etc/own.pem",
  HF_TOKEN: "hf_geheim",
  DOCKER_HOST: "unix:///run/user/1000/docker.sock",
  OTHER: "1",
};

function wrapped(
  more: {
    container?: Partial<Container>;
    devices?: string[];
    prefix?: string[];
    variables?: Record<string, string>;
    reads?: string[];
    workingFolder?: string | null;
  } = {},
) {
  const own = { ...container, ...more.container };
  const variables: Record<string, string> = { ...user, ...more.variables };
  const environment = { executable: ["vllm"], packages: null, folder: null, container: own };
  const command = commandLine({
    engine,
    model: "/models/llama",
    revision: null,
    tokenizer: null,
    devices: more.devices ?? [],
    ...(more.prefix ? { prefix: more.prefix } : {}),
    extraArgs: [],
    knobs: { "env.VLLM_API_KEY": { env: "MY_KEY" } },
    executable: ["vllm"],
    host: "127.0.0.1",
    port: 8001,
    folders: { private: "/tmp/ceteris-1", cache: "/home/ada/.cache/ceteris" },
    userVariables: variablesFor(environment, { ...variables, MY_KEY: "key-geheim" }),
  });
  const machine = { ...realWorld().machine, homeFolder: "/home/ada" };
  return containerCommand({ variables, machine }, command, own, {
    mark: "study/0001-x@2026-11-30T06:00:00.000Z",
    workingFolder: more.workingFolder === undefined ? "/home/ada/study" : more.workingFolder,
    reads: more.reads ?? ["/models/llama"],
    writes: [],
    devicesVariable: "CUDA_VISIBLE_DEVICES",
  });
}

/** The argument that follows each place of an option. */
function valuesOf(argv: readonly string[], option: string): string[] {
  return argv.flatMap((item, place) => (argv[place - 1] === option ? [item] : []));
}

describe("the command that runs an engine in a container", () => {
  it("names each option, each variable without its value, and each place once", () => {
    expect(wrapped().argv).toEqual(
      [
        "/usr/bin/docker run",
        "--rm",
        "--init",
        "--pull never",
        "--name ceteris-9e06777725e3",
        "--label dev.ceteris.launch=study/0001-x@2026-11-30T06:00:00.000Z",
        "--network host",
        "--ipc host",
        "--log-driver none",
        "--stop-signal SIGINT",
        "--stop-timeout 20",
        "--user 1000:1001",
        "--gpus all",
        "--env CETERIS_LAUNCH --env HF_TOKEN --env PYTHONUNBUFFERED --env TMPDIR --env USER",
        "--env VLLM_API_KEY --env VLLM_CACHE_ROOT --env HOME=/tmp/ceteris-1 --env HF_HOME=/home/ada/.cache/huggingface",
        "--mount type=bind,source=/home/ada/.cache/ceteris/engine-cache/fake-1.0,target=/home/ada/.cache/ceteris/engine-cache/fake-1.0",
        "--mount type=bind,source=/home/ada/.cache/huggingface,target=/home/ada/.cache/huggingface",
        "--mount type=bind,source=/home/ada/study,target=/home/ada/study,readonly",
        "--mount type=bind,source=/models/llama,target=/models/llama,readonly",
        "--mount type=bind,source=/tmp/ceteris-1,target=/tmp/ceteris-1",
        "--workdir /home/ada/study",
        "--entrypoint vllm vllm/vllm-openai@sha256:2 serve /models/llama",
        "--host 127.0.0.1",
        "--port 8001",
      ].flatMap((line) => line.split(" ")),
    );
  });

  it("holds no secret, and leaves the values to the client's environment", () => {
    const { argv, variables, environmentNames, environmentValues } = wrapped();
    expect(argv.join(" ")).not.toContain("geheim");
    expect(variables).toMatchObject({
      HF_TOKEN: "hf_geheim",
      VLLM_API_KEY: "key-geheim",
      DOCKER_HOST: "unix:///run/user/1000/docker.sock",
      HOME: "/home/ada",
      PATH: "/usr/bin",
    });
    expect(variables).not.toHaveProperty("OTHER");
    // What the engine gets, and not what its client does.
    expect(environmentNames).toEqual([
      "HF_TOKEN",
      "PYTHONUNBUFFERED",
      "TMPDIR",
      "USER",
      "VLLM_API_KEY",
      "VLLM_CACHE_ROOT",
    ]);
    expect(JSON.stringify(environmentValues)).not.toContain("geheim");
  });

  it.each<[string, Parameters<typeof wrapped>[0], string[]]>([
    ["all by request", {}, ["--gpus", "all"]],
    ["some by request, in the quotes of CSV", { devices: ["2", "3"] }, ["--gpus", '"device=2,3"']],
    ["those of the user's environment", { variables: { CUDA_VISIBLE_DEVICES: "1" } }, ["--gpus", '"device=1"']],
    ["all by CDI", { container: { gpus: "cdi" } }, ["--device", "nvidia.com/gpu=all"]],
    [
      "some by CDI",
      { container: { gpus: "cdi" }, devices: ["0", "GPU-1a"] },
      ["--device", "nvidia.com/gpu=0", "--device", "nvidia.com/gpu=GPU-1a"],
    ],
    ["none", { container: { gpus: "none" } }, []],
  ])("gives it the GPUs: %s", (_, more, expected) => {
    const { argv, environmentNames } = wrapped(more);
    const from = argv.indexOf("1000:1001") + 1;
    expect(argv.slice(from, argv.indexOf("--env"))).toEqual(expected);
    // Within, they are counted from 0, so that the numbers of here would name others.
    expect(environmentNames).not.toContain("CUDA_VISIBLE_DEVICES");
  });

  it("passes the devices as a variable where the container gets all of the machine's by other options", () => {
    const own = { gpus: "none", options: ["--device", "/dev/kfd"] } as const;
    const { argv, environmentNames } = wrapped({ container: own, devices: ["1"] });
    expect(valuesOf(argv, "--env")).toContain("CUDA_VISIBLE_DEVICES");
    expect(environmentNames).toContain("CUDA_VISIBLE_DEVICES");
    expect(argv.slice(argv.indexOf("--device"), argv.indexOf("--entrypoint"))).toEqual(["--device", "/dev/kfd"]);
  });

  it("runs a prefix in the container", () => {
    const { argv } = wrapped({ prefix: ["numactl", "--cpunodebind=0"] });
    expect(argv.slice(argv.indexOf("--entrypoint")).join(" ")).toBe(
      "--entrypoint numactl vllm/vllm-openai@sha256:2 --cpunodebind=0 vllm serve /models/llama --host 127.0.0.1 --port 8001",
    );
  });

  it("mounts what the engine writes for writing, never the root, and a comma in its quotes", () => {
    const { argv, folders } = wrapped({
      container: { mounts: ["/data/a,b", "/models/llama", "/home/ada/.cache/huggingface"] },
      variables: { HF_HUB_CACHE: "/big/hub", HF_HOME: "/big/hf" },
      workingFolder: "/",
    });
    const mounted = valuesOf(argv, "--mount");
    expect(mounted).toContain('type=bind,"source=/data/a,b","target=/data/a,b",readonly');
    expect(mounted.filter((mount) => mount.includes("source=/models/llama"))).toHaveLength(1);
    expect(mounted).toContain("type=bind,source=/big/hub,target=/big/hub");
    expect(mounted).toContain("type=bind,source=/big/hf,target=/big/hf");
    expect(mounted.some((mount) => mount.includes("source=/,"))).toBe(false);
    expect(folders).toEqual(expect.arrayContaining(["/big/hf", "/big/hub"]));
  });

  it("names no user where the machine tells none, and keeps an engine to its cores by the container", () => {
    const { argv } = wrapped({ container: { user: null } });
    expect(argv).not.toContain("--user");
    expect(onCores(argv, "0,1").slice(0, 5)).toEqual(["/usr/bin/docker", "run", "--cpuset-cpus", "0,1", "--rm"]);
  });
});

it("what names places of this machine stays out of a container alone", () => {
  const here = { executable: ["vllm"], packages: null, folder: null };
  expect(variablesFor(here, user)).toEqual(user);
  expect(Object.keys(variablesFor({ ...here, container }, user))).toEqual(["USER", "HF_TOKEN", "DOCKER_HOST", "OTHER"]);
});
