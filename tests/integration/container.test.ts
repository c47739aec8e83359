import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Launch } from "../../src/schema/launch.ts";
import { fromDisk } from "../../src/schema/disk.ts";
import { eventsOf, makeStudyFolder, repository, runCli, startCli, storedTrials, until } from "../support/cli.ts";
import { fakeDocker, pulledImage } from "../support/fake-docker.ts";
import { makeNodeImage, noDaemon } from "../support/node-image.ts";
import { shortOffline, simulatedMatrix } from "../support/simulated-matrix.ts";

const image = "ceteris-test/simulated:1";

/** The simulated engine as a program of an image: Node and our code are this machine's, at their own places. */
const engine = `extends: simulated
environment:
  kind: docker
  image: ${image}
  executable: ${process.execPath}
  gpus: none
  mounts: [${repository}]
command: ["{executable}", ${join(repository, "src/cli/main.ts")}, simulated-engine, "{model}", --host, "{host}", --port, "{port}"]
variables: { CETERIS_SIMULATED_LOAD_S: "0" }
pass_through: [PATH, HOME, HF_TOKEN, CETERIS_SIMULATED_*]
`;

const matrix = (study: string) =>
  simulatedMatrix({
    study,
    knobs: "{ max_num_seqs: 4, max_num_batched_tokens: 2048 }",
    changes: "{ id: seqs16, set: { max_num_seqs: 16 } }",
    workload: shortOffline,
  }).replace("engine: simulated,", "engine: boxed,");

const unavailable = noDaemon();

describe.each([
  { name: "a stand-in for the docker client", skipped: null, isReal: false },
  { name: `docker${unavailable === null ? "" : ` (skipped: ${unavailable})`}`, skipped: unavailable, isReal: true },
])("a study whose engine runs in a container: $name", ({ skipped, isReal }) => {
  const clients = { variables: {} as Record<string, string>, client: "docker", digest: "" };
  let study: ReturnType<typeof makeStudyFolder>;
  beforeAll(() => {
    study = makeStudyFolder({
      "sut/boxed.yaml": engine,
      "matrices/boxed.yaml": matrix("boxed"),
      "matrices/killed.yaml": matrix("killed"),
    });
    if (skipped !== null) return;
    if (isReal) {
      mkdirSync(join(study.folder, "image"));
      clients.digest = makeNodeImage(image, join(study.folder, "image"));
    } else {
      const docker = fakeDocker(study.folder, { registry: { [image]: pulledImage } });
      const path = `${docker.variables.PATH}:${process.env["PATH"]}`;
      Object.assign(clients, { variables: { ...docker.variables, PATH: path }, client: docker.client });
      clients.digest = pulledImage.RepoDigests[0]!.split("@")[1]!;
    }
    clients.variables["HF_HOME"] = join(study.folder, "hf");
    clients.variables["HF_TOKEN"] = "hf_abcdefghijklmnopqrstuvwxyz0123456789";
  });
  afterAll(() => {
    if (skipped === null && isReal) execFileSync("docker", ["image", "rm", "--force", image], { stdio: "ignore" });
    study.remove();
  });

  const launchesOf = (name: string): Launch[] => {
    const folder = join(study.folder, "results", name, "launches");
    return readdirSync(folder).map((id) =>
      fromDisk<Launch>(JSON.parse(readFileSync(join(folder, id, "launch.json"), "utf8"))),
    );
  };
  /** What the client lists of one launch, also what has ended. */
  const listed = ({ study: name, id, startedAt }: Launch): string[] => {
    const argv = [
      "ps",
      "--quiet",
      "--no-trunc",
      "--all",
      "--filter",
      `label=dev.ceteris.launch=${name}/${id}@${startedAt}`,
    ];
    const env = { ...process.env, ...clients.variables };
    return execFileSync(clients.client, argv, { encoding: "utf8", env }).split("\n").filter(Boolean);
  };

  it.skipIf(skipped !== null)("is measured, and its image's digest stands in each launch and trial", async () => {
    const answer = await runCli(["run", "matrices/boxed.yaml", "--json"], study.folder, clients.variables);
    expect(answer.stderr).not.toContain("could not");
    const ended = eventsOf(answer.stdout).filter(({ type }) => type === "trial-end");
    expect(ended.map(({ status }) => status === "FAILED")).toEqual([false, false]);
    const trials = storedTrials(study.folder, "boxed");
    for (const { trial } of trials) {
      expect(trial.origin).toBe("simulated");
      const { engine: found } = (trial as unknown as { provenance: { engine: Record<string, string> } }).provenance;
      expect(found).toMatchObject({ image, image_digest: clients.digest });
    }
    const launches = launchesOf("boxed");
    expect(launches).toHaveLength(2);
    for (const launch of launches) {
      expect(launch).toMatchObject({ container: { image, digest: clients.digest }, failure: null });
      expect(launch.notices).toBeUndefined();
      expect(launch.environmentNames).toContain("HF_TOKEN");
      expect(JSON.stringify(launch)).not.toContain(clients.variables["HF_TOKEN"]);
      expect(listed(launch)).toEqual([]);
      // The processes of a container are seen where its daemon is this machine's; the stand-in has no container.
      expect(launch.container?.group === null).toBe(!isReal);
    }
  });

  it.skipIf(skipped !== null)("is reaped by its label when a run was killed, and measured again", async () => {
    const running = startCli(["run", "matrices/killed.yaml", "--json"], study.folder, clients.variables);
    await until(() => running.stdout().includes('"trial-start"'));
    process.kill(-running.child.pid!, "SIGKILL");
    await running.ended;
    const [first] = launchesOf("killed");
    expect(listed(first!)).toHaveLength(1);
    const again = await runCli(["run", "matrices/killed.yaml", "--json"], study.folder, clients.variables);
    expect(eventsOf(again.stdout).find(({ code }) => code === "reaped")?.["message"]).toContain(first!.id);
    expect(listed(first!)).toEqual([]);
    expect(launchesOf("killed").map(({ failure }) => failure?.class ?? null)).toEqual(["abandoned", null, null]);
    expect(storedTrials(study.folder, "killed")).toHaveLength(2);
  });

  it.skipIf(skipped !== null)("is interrupted in order, and nothing is left", async () => {
    const folder = makeStudyFolder({ "sut/boxed.yaml": engine, "matrices/boxed.yaml": matrix("cut") });
    const running = startCli(["run", "matrices/boxed.yaml", "--json"], folder.folder, clients.variables);
    await until(() => running.stdout().includes('"trial-start"'));
    process.kill(running.child.pid!, "SIGINT");
    expect((await running.ended).code).toBe(130);
    const place = join(folder.folder, "results", "cut", "launches");
    for (const id of readdirSync(place)) {
      const launch = fromDisk<Launch>(JSON.parse(readFileSync(join(place, id, "launch.json"), "utf8")));
      expect(launch.endedAt).not.toBeNull();
      expect(listed(launch)).toEqual([]);
    }
    folder.remove();
  });

  it.skipIf(skipped !== null)("is shown as the command that runs it, and named by doctor", async () => {
    const shown = await runCli(
      ["plan", "matrices/boxed.yaml", "--show-command", "seqs16"],
      study.folder,
      clients.variables,
    );
    expect(shown.stdout).toContain(" run --rm --init --pull never ");
    expect(shown.stdout).toContain("--max-num-seqs 16");
    const doctor = await runCli(["doctor", "matrices/boxed.yaml"], study.folder, clients.variables);
    expect(doctor.stdout).toContain(`${image} (${clients.digest}), run by `);
  });
});
