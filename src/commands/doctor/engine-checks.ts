import type { Found, PreflightCheck } from "./check.ts";

const program: PreflightCheck = {
  id: "engine",
  subject: "engine",
  asks: "The engine's program is here, and so are the programs of `sut.prefix`, `sut.before_launch` and `sut.after_trial`.",
  limit: null,
  remedy: "Install it, activate its environment, or name its path in the engine file.",
  judge: ({ engines = [] }) =>
    engines.map(({ title, found }): Found => {
      if (found.ok) return { state: "fine", value: `${title}: ${found.value}` };
      return { state: "refusal", value: found.problem.message, remedy: found.problem.hint };
    }),
};

const version: PreflightCheck = {
  id: "engine-version",
  subject: "engine",
  asks: "The engine that is installed is the one whose flags the engine file lists.",
  limit: "the version of the engine file",
  remedy:
    "Set `sut.version` to the installed one, so that `plan` checks the rows against it; or install the file's version.",
  judge: ({ engines = [] }) =>
    engines.flatMap(({ title, catalogueVersion, installedVersion, changes }): Found[] => {
      if (catalogueVersion === null) return [];
      if (installedVersion === null)
        return [
          { state: "unknown", value: `${title}: flags of ${catalogueVersion}, the installed version is not told` },
        ];
      if (changes === null) return [{ state: "fine", value: `${title} ${installedVersion}, whose flags are known` }];
      return [
        {
          state: "warning",
          value: `${title} ${installedVersion} is installed, and the matrix is for ${catalogueVersion}: ${changes.text}`,
          remedy: changes.hint,
        },
      ];
    }),
};

const model: PreflightCheck = {
  id: "model",
  subject: "engine",
  asks: "The model is here, or the hub has it and lets us read it (gated models need HF_TOKEN).",
  limit: null,
  remedy: "Correct `sut.model`; download the model, or set HF_TOKEN.",
  judge: ({ models = [] }) =>
    models.map(({ model: name, found }): Found => {
      if (!found.ok) return { state: "refusal", value: found.problem.message, remedy: found.problem.hint };
      const { kind, path, bytes, why } = found.value;
      if (kind === "unchecked") return { state: "unknown", value: `${name}: ${why}` };
      if (path === null)
        return { state: "fine", value: `${name}: on the hub; the engine downloads it at its first start` };
      const size = bytes === null ? "" : `, ${(bytes / 1e9).toPrecision(3)} GB`;
      return { state: "fine", value: `${name}: ${kind === "hub" ? "in the hub's cache" : "a folder"}${size}` };
    }),
};

/** Engines and their models. */
export const engineChecks: readonly PreflightCheck[] = [program, version, model];
