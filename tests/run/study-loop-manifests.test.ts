import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../src/schema/event.ts";
import { makeKeyPair, verifySignature, verifyStudy } from "../../src/store/index.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { runSmall, smallMatrix, studyWorld } from "../support/study-world.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const notices = (events: readonly RunEvent[]): string[] =>
  events.flatMap((event) => (event.type === "notice" ? [event.code] : []));

describe("what a run leaves", { timeout: 60_000 }, () => {
  it("is under manifests, which the key of the environment signs; a run that changes them without the key says so", async () => {
    const folder = temporaryFolder();
    const study = join(folder, "results/small");
    const key = await makeKeyPair(realWorld(), join(folder, "key.pem"));
    if (!key.ok) throw new Error(key.problem.message);
    const withKey = (file: string) =>
      studyWorld(folder, ({ variables }) => ({ variables: { ...variables, CETERIS_SIGNING_KEY: join(folder, file) } }));
    const refused = await runSmall(withKey("none.pem"), smallMatrix());
    expect(refused).toMatchObject({ outcome: { problem: { code: "key-missing" } }, trials: [] });
    await runSmall(withKey("key.pem"), smallMatrix());
    const signed = { state: "signed", keyId: key.value.id };
    const state = () => verifySignature(realWorld(), study, key.value);
    expect(await verifyStudy(realWorld(), study)).toEqual({
      trials: 2,
      launches: 2,
      differences: [],
      newer: [],
      notes: [],
    });
    expect(await state()).toMatchObject(signed);
    const nothing = await runSmall(studyWorld(folder), smallMatrix());
    expect([nothing.outcome.ok && nothing.outcome.value.done, notices(nothing.events).includes("signature")]).toEqual([
      0,
      false,
    ]);
    expect(await state()).toMatchObject(signed);
    const more = await runSmall(studyWorld(folder), smallMatrix({ repeats: 2 }));
    expect(notices(more.events)).toContain("signature");
    expect(await state()).toMatchObject({ state: "unsigned" });
    expect(await verifyStudy(realWorld(), study)).toMatchObject({ trials: 4, differences: [], newer: [] });
  });
});
