import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { gatherProvenance } from "../../src/telemetry/provenance.ts";
import { realWorld } from "../../src/world/real-world.ts";
import type { World } from "../../src/world/world.ts";
import { printedH100, toldByNvidiaSmi } from "../support/told-by-nvidia-smi.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

/** Two GPUs: the first whole, the second without what the driver does not tell. */
const printed = [
  printedH100,
  { ...printedH100, uuid: "GPU-bbb", name: "NVIDIA L4", "clocks.sm": "[N/A]", "mig.mode.current": "[N/A]" },
];
const driver = toldByNvidiaSmi(printed, { processes: "GPU-aaa, 4242, 1000\nGPU-aaa, 11, 512\n" });

interface Scene {
  nvidia?: boolean;
  files?: Record<string, string>;
  git?: Record<string, string>;
  packageFolder?: string;
}

/** What a program prints; undefined is a program that is not there. */
function answer(stdout: string | undefined): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return Promise.resolve({ code: stdout === undefined ? null : 0, stdout: stdout ?? "", stderr: "" });
}

function worldOf({ nvidia = false, files = {}, git = {}, packageFolder = "/nowhere" }: Scene): World {
  const real = realWorld();
  return {
    ...real,
    machine: { ...real.machine, cpuModel: "Test CPU", packageFolder },
    files: {
      ...real.files,
      readText: (path) =>
        /^\/(proc|sys|etc)\//.test(path) ? Promise.resolve(files[path] ?? null) : real.files.readText(path),
    },
    processes: {
      ...real.processes,
      membersOf: () => Promise.resolve([{ pid: 4242, startTicks: 1 }]),
      run([program = "", ...argv]) {
        const all = argv.join(" ");
        if (program === "git") return answer(Object.entries(git).find(([word]) => all.includes(word))?.[1]);
        return nvidia ? driver([program, ...argv]) : answer(undefined);
      },
    },
  };
}

const request = { engine: { version: "0.32.0", packages: null }, model: { path: null, why: "gated" }, ownGroup: 4242 };

describe("where numbers come from", () => {
  it("holds each GPU with its neighbours, and which of them the engine uses", async () => {
    const { gpus, missing } = await gatherProvenance(worldOf({ nvidia: true }), { ...request, devices: ["GPU-aaa"] });
    expect(gpus).toMatchObject([
      {
        uuid: "GPU-aaa",
        name: "NVIDIA H100 80GB HBM3",
        driver: "570.86.15",
        memoryTotalMib: 81559,
        powerLimitW: 700,
        migMode: "Disabled",
        selected: true,
        otherProcesses: [{ pid: 11, usedMib: 512 }],
      },
      { uuid: "GPU-bbb", smClockMhz: null, migMode: null, selected: false, otherProcesses: [] },
    ]);
    expect(missing.map(({ fact }) => fact)).toEqual(expect.arrayContaining(["gpus.smClockMhz", "gpus.migMode"]));
  });

  it("says why there is no GPU, and what else is not there", async () => {
    const { gpus, host, missing } = await gatherProvenance(worldOf({}), request);
    expect(gpus).toEqual([]);
    expect(host).toMatchObject({ cpuModel: "Test CPU", cpuGovernor: null });
    const reasons = Object.fromEntries(missing.map(({ fact, why }) => [fact, why]));
    expect(reasons["gpus"]).toContain("nvidia-smi");
    expect(reasons["model.path"]).toBe("gated");
    expect(reasons["engine.packages"]).toBe("the engine does not tell it");
    expect(reasons["host.cpuGovernor"]).toContain("scaling_governor");
    expect(reasons["ceteris.commit"]).toContain("package");
  });

  it("reads memory and limits in bytes and CPUs", async () => {
    const files = {
      "/proc/meminfo": "MemTotal: 8 kB\nMemAvailable:   2048 kB\nSwapTotal: 0 kB\n",
      "/proc/loadavg": "1.50 1.00 0.50 2/100 42\n",
      "/sys/fs/cgroup/memory.max": "max\n",
      "/sys/fs/cgroup/cpu.max": "150000 100000\n",
      "/sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never\n",
      "/proc/self/limits":
        "Limit                     Soft Limit           Hard Limit           Units\nMax open files            1024                 524288               files\n",
      "/proc/sys/net/ipv4/ip_local_port_range": "32768\t60999\n",
      "/etc/os-release": 'ID=debian\nPRETTY_NAME="Debian 12"\n',
    };
    const { host } = await gatherProvenance(worldOf({ files }), request);
    expect(host).toMatchObject({
      memoryAvailableBytes: 2048 * 1024,
      swapBytes: 0,
      loadAverage: 1.5,
      cgroupMemoryLimit: "max",
      cgroupCpuLimit: 1.5,
      transparentHugepages: "madvise",
      system: "Debian 12",
      openFilesLimit: 1024,
      ephemeralPorts: 28_232,
    });
  });

  it("holds our own commit only in a checkout of our own, and says where it was changed", async () => {
    const packageFolder = temporaryFolder();
    writeFileSync(join(packageFolder, "package.json"), '{"version":"0.1.0"}');
    const head = "# branch.oid abc123\n# branch.head main\n";
    const changes = "1 .M N... 100644 100644 100644 1f2 1f2 src/x.ts\n";
    const made = (status: string) => gatherProvenance(worldOf({ git: { status }, packageFolder }), request);
    expect((await made(head)).ceteris).toMatchObject({ version: "0.1.0", commit: null });
    mkdirSync(join(packageFolder, ".git"));
    expect((await made(head + changes)).ceteris.commit).toBe("abc123-dirty");
    expect((await made(head)).ceteris.commit).toBe("abc123");
    // A repository without a commit has none to tell.
    const unborn = await made("# branch.oid (initial)\n");
    expect(unborn.missing).toContainEqual({ fact: "ceteris.commit", why: "git did not tell the commit" });
  });
});
