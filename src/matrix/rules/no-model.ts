import { placeOfSut } from "../sut-places.ts";
import type { Rule } from "../rule.ts";

/** A row without a model, or with a name that no file and no hub can have: the engine would be started with it. */
export const noModel: Rule = {
  code: "no-model",
  severity: "error",
  eachSystem: true,
  check({ study }) {
    const { model, standIn, locations } = study;
    if (standIn !== null) return [];
    if (model === "" && !locations.has("/sut/model")) {
      const hint = "name it in `sut`, or in each of the `systems`: a folder, or a name of the hub: org/name";
      return [{ pointer: "/sut", aim: "key", message: "`sut` lacks `model`", hint }];
    }
    const isEmpty = model.trim() === "";
    // eslint-disable-next-line no-control-regex -- control characters are what this looks for
    if (!isEmpty && !/[\u0000-\u001f]/.test(model)) return [];
    const message = isEmpty ? "`sut.model` names no model" : "`sut.model` holds a character that no name can have";
    return [
      {
        pointer: placeOfSut(study, "model", model),
        aim: "value",
        message,
        hint: "a folder, or a name of the hub: org/name",
      },
    ];
  },
};
