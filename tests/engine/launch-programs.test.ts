import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { missingPrograms } from "../../src/engine/launch-programs.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { engineWith } from "../support/engines.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

it("names each program of prefixes and hooks that is not there once, with the member that names it", async () => {
  const [bin, study] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(bin, "numactl"), "");
  writeFileSync(join(study, "own.sh"), "");
  const world = { ...realWorld(), variables: { PATH: bin } };
  const engine = engineWith({});
  const image = engineWith({ environment: { kind: "docker", image: "vllm:1", executable: "vllm" } });
  const suts = [
    { engine, prefix: ["numactl", "-N0"], beforeLaunch: [["./own.sh"], ["./other.sh", "a"]] },
    { engine, prefix: ["taskset", "-c", "0"], beforeLaunch: [["./other.sh", "b"]] },
    { engine, prefix: [], beforeLaunch: [] },
    { engine: image, prefix: ["a-program-of-the-image"], beforeLaunch: [] },
  ];
  const missing = await missingPrograms(world, suts, [["sync && date"]], study);
  expect(missing.map(({ member, value, fault }) => [member, value, fault.message])).toEqual([
    [
      "before_launch",
      suts[0]!.beforeLaunch,
      "sut.before_launch: no program ./other.sh at that path, counted from the study's folder",
    ],
    ["prefix", suts[1]!.prefix, "sut.prefix: no program taskset on PATH"],
    ["after_trial", [["sync && date"]], "sut.after_trial: no program sync && date on PATH"],
  ]);
  expect(missing[2]!.fault.hint).toContain("No shell reads these lists");
});
