import { join } from "node:path";
import { judgeTest06, test06Text, type Test06Verdict } from "../../exporters/index.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";
import type { RulesetScenario } from "../../schema/ruleset.ts";
import type { World } from "../../world/world.ts";
import { accuracyLogFile, recordFile, recordFormat, verifyFile, type ComplianceRecord } from "./compliance-folder.ts";
import type { BridgeAnswer } from "../../report/index.ts";

/** The ids of `--eos-token-ids 128001,128009`; a failure where they are missing or no ids. */
export function eosTokenIds(said: readonly string[] | undefined): Result<number[]> {
  const ids = (said ?? []).map(Number);
  if (ids.length > 0 && ids.every((id) => Number.isSafeInteger(id) && id >= 0)) return succeed(ids);
  const hint =
    "Name those that end a sequence of this model: eos_token_id of its generation_config.json (Llama 3.1: 128001,128008,128009).";
  return fail("no-eos", "--mode test06 needs --eos-token-ids with whole numbers", hint);
}

/** Judges a TEST06 run in its folder, and writes there what MLPerf's own script would; and says what it found. */
export async function concludeTest06(
  world: World,
  folder: string,
  { rules, answer, eosIds }: { rules: RulesetScenario; answer: BridgeAnswer; eosIds: readonly number[] },
): Promise<Result<{ text: string; verdict: Test06Verdict }>> {
  const log = (await world.files.readText(join(folder, accuracyLogFile))) ?? "[]";
  const verdict = judgeTest06(log, { scenario: rules.scenario, eosTokenIds: eosIds });
  if (!verdict.ok) return verdict;
  const simulated = answer.sut.startsWith("SIMULATED ");
  const head = [
    ...(simulated ? ["SIMULATED. Every answer comes from a simulated engine."] : []),
    `Judged by Ceteris: ${verdict.value.answers} answers that LoadGen ${answer.loadgen} logged of ${answer.sut}; end tokens ${eosIds.join(", ")}.`,
  ];
  const text = test06Text(verdict.value, head);
  const record: ComplianceRecord = {
    format: recordFormat,
    test: "TEST06",
    ruleset: rules.rulesetId,
    model: rules.model,
    scenario: rules.name,
    sut: answer.sut,
    simulated,
    loadgen: answer.loadgen,
    eos_token_ids: [...eosIds],
    passed: verdict.value.passed,
  };
  await world.files.writeText(join(folder, verifyFile), text);
  await world.files.writeText(join(folder, recordFile), `${JSON.stringify(record, null, 2)}\n`);
  return succeed({ text, verdict: verdict.value });
}
