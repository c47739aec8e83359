import { describe, expect, it } from "vitest";
import { prepareEnvironment } from "../../../src/engine/environments/index.ts";
import type { Engine } from "../../../src/schema/engine.ts";
import { realWorld } from "../../../src/world/real-world.ts";
import { engineWith } from "../../support/engines.ts";
import { builtImage, fakeDocker, pulledImage, type FakeDocker } from "../../support/fake-docker.ts";
import { useTemporaryFolders } from "../../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

const vllm = "vllm/vllm-openai:v0.32.0";
const user = `${process.getuid?.()}:${process.getgid?.()}`;

async function prepare(docker: FakeDocker, more: Partial<Engine["environment"]> = {}, lookOnly = false) {
  const said: string[] = [];
  const environment = { kind: "docker", image: vllm, executable: "vllm", ...more } as Engine["environment"];
  const prepared = await prepareEnvironment(
    { ...realWorld(), variables: docker.variables },
    engineWith({ environment, devicesVariable: "CUDA_VISIBLE_DEVICES" }),
    {
      cacheFolder: "/cache",
      ...(lookOnly ? { lookOnly: true as const } : {}),
      onProgress: (line) => said.push(line),
    },
  );
  return { prepared, said };
}

describe("an image", () => {
  it("that is here is named by its digest in the registry", async () => {
    const docker = fakeDocker(temporaryFolder(), { images: { [vllm]: pulledImage } });
    const { prepared, said } = await prepare(docker);
    expect(prepared).toEqual({
      ok: true,
      value: {
        executable: ["vllm"],
        packages: null,
        folder: null,
        container: {
          client: docker.client,
          image: vllm,
          digest: pulledImage.RepoDigests[0]!.split("@")[1],
          reference: pulledImage.RepoDigests[0],
          user: process.platform === "linux" ? user : null,
          gpus: "request",
          mounts: [],
          options: [],
        },
      },
    });
    expect(said).toEqual([]);
    expect(docker.calls().map(([verb]) => verb)).toEqual(["version", "image"]);
  });

  it("that was built here is named by its own id, and another client is taken where one is named", async () => {
    const docker = fakeDocker(temporaryFolder(), { images: { own: builtImage }, name: "podman" });
    const { prepared } = await prepare(docker, { image: "own", client: "podman", gpus: "cdi" });
    expect(prepared).toMatchObject({
      value: { container: { client: docker.client, digest: builtImage.Id, reference: builtImage.Id, gpus: "cdi" } },
    });
  });

  it("that is not here is pulled once, and not by a command that only looks", async () => {
    const docker = fakeDocker(temporaryFolder(), { registry: { [vllm]: pulledImage } });
    const looked = await prepare(docker, {}, true);
    expect(looked.prepared).toMatchObject({ ok: true, value: { container: { digest: null, reference: vllm } } });
    expect(docker.calls().some(([verb]) => verb === "pull")).toBe(false);

    const { prepared, said } = await prepare(docker);
    expect(prepared).toMatchObject({ ok: true, value: { container: { reference: pulledImage.RepoDigests[0] } } });
    expect(said[0]).toMatch(/^Pulling the image vllm\/vllm-openai:v0\.32\.0/);
    await prepare(docker);
    expect(docker.calls().filter(([verb]) => verb === "pull")).toEqual([["pull", "--quiet", vllm]]);
  });
});

describe("what is in the way is said before anything is measured", () => {
  it("no client", async () => {
    const { prepared } = await prepare(fakeDocker(temporaryFolder()), { client: "podman" });
    expect(prepared).toMatchObject({
      ok: false,
      problem: { code: "program-not-found", message: "fake: no program podman on PATH" },
    });
  });

  it.each([
    [
      "a daemon that does not run",
      "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
      "systemctl start docker",
    ],
    [
      "no permission",
      'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.50/version": dial unix /var/run/docker.sock: connect: permission denied',
      "usermod -aG docker",
    ],
    ["something else", "Error: unable to load the storage configuration", "until it ends without an error"],
  ])("%s", async (_, words, hint) => {
    const docker = fakeDocker(temporaryFolder(), { images: { [vllm]: pulledImage } });
    docker.refuse(words);
    const { prepared } = await prepare(docker);
    expect(prepared).toMatchObject({ ok: false, problem: { code: "no-container-daemon", message: `fake: ${words}` } });
    expect(prepared.ok ? "" : prepared.problem.hint).toContain(hint);
  });

  it("an image that cannot be pulled", async () => {
    const { prepared } = await prepare(fakeDocker(temporaryFolder()));
    expect(prepared).toMatchObject({ ok: false, problem: { code: "environment-not-made" } });
    const { message = "", hint = "" } = prepared.ok ? {} : prepared.problem;
    expect(message).toContain("pull access denied for vllm/vllm-openai");
    expect(hint).toContain("docker login");
  });
});
