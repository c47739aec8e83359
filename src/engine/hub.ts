import { join } from "node:path";
import { fail, succeed, type Result } from "../schema/result.ts";
import type { HttpAnswer, World } from "../world/world.ts";
import type { CheckedModel, ModelQuestion } from "./weights.ts";

const timeoutMs = 15_000;

/** What the hub says of a model whose files are not here: one question for its config.json, which a gated model refuses. */
export async function askHub(world: World, question: ModelQuestion): Promise<Result<CheckedModel>> {
  const { model } = question;
  const { variables } = world;
  const revision = question.revision ?? "main";
  if (/^(1|on|yes|true)$/i.test(variables["HF_HUB_OFFLINE"] ?? ""))
    return fail(
      "model-not-in-cache",
      `${model} (${revision}) is not in the hub's cache on this machine, and HF_HUB_OFFLINE is set`,
      `Download it first (hf download ${model}), point HF_HOME to where it is, or unset HF_HUB_OFFLINE.`,
    );
  const hub = (variables["HF_ENDPOINT"] ?? "https://huggingface.co").replace(/\/+$/, "");
  const token = await accessToken(world);
  const answer = await world.network.request({
    url: `${hub}/${model}/resolve/${encodeURIComponent(revision)}/config.json`,
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
    timeoutMs,
  });
  if (!answer.ok) return succeed(unchecked(question, `the hub did not answer (${answer.problem.message})`));
  return judge(question, answer.value, token !== null);
}

function judge(question: ModelQuestion, answer: HttpAnswer, hasToken: boolean): Result<CheckedModel> {
  const { model } = question;
  const revision = question.revision ?? "main";
  const error = answer.headers["x-error-code"] ?? "";
  if (answer.status < 400) {
    const commit = answer.headers["x-repo-commit"] ?? null;
    return succeed({ kind: "hub", path: null, revision: commit, digest: null, bytes: null, why: null });
  }
  if (error === "RevisionNotFound")
    return fail("revision-not-found", `the hub has ${model}, but no revision ${revision}`, "Correct `sut.revision`.");
  // Without an access token the hub answers 401 for a name that it does not have, and says so in the code alone.
  if (error === "RepoNotFound" || (answer.status === 404 && error !== "EntryNotFound"))
    return fail(
      "model-not-found",
      `the hub has no model ${model}${hasToken ? " that this HF_TOKEN may see" : ""}`,
      "Correct `sut.model`; a private model needs HF_TOKEN.",
    );
  if (answer.status === 401 || answer.status === 403)
    return fail(
      "gated-model",
      `${model} is gated: the hub refuses its files (${answer.status}) ${hasToken ? "to this HF_TOKEN" : "without HF_TOKEN"}`,
      `Accept its licence at huggingface.co/${model}, then set HF_TOKEN to a token of that account.`,
    );
  if (error === "EntryNotFound") return succeed(unchecked(question, "the model has no config.json on the hub"));
  return succeed(unchecked(question, `the hub answered ${answer.status}`));
}

/** A model of which nobody could say whether the engine will find it. */
export function unchecked(question: ModelQuestion, why: string): CheckedModel {
  return { kind: "unchecked", path: null, revision: question.revision, digest: null, bytes: null, why };
}

/** Where huggingface_hub keeps what it downloads, and the user's token. */
export function hubFolder({ variables, machine }: Pick<World, "variables" | "machine">): string {
  return variables["HF_HOME"] ?? join(machine.homeFolder, ".cache", "huggingface");
}

/** That folder, and the one for models alone where the user has named another. */
export function hubFolders(world: Pick<World, "variables" | "machine">): [string, ...string[]] {
  const models = world.variables["HF_HUB_CACHE"];
  return [hubFolder(world), ...(models === undefined ? [] : [models])];
}

/** As huggingface_hub looks for it: two variables, then the file that `hf auth login` writes. Never shown. */
async function accessToken(world: World): Promise<string | null> {
  const { variables } = world;
  const token =
    variables["HF_TOKEN"] ??
    variables["HUGGING_FACE_HUB_TOKEN"] ??
    (await world.files.readText(variables["HF_TOKEN_PATH"] ?? join(hubFolder(world), "token"))) ??
    "";
  return token.trim() === "" ? null : token.trim();
}
