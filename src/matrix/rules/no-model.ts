import type { Rule } from "../rule.ts";

/** A model without a name, or with one that no file and no hub can have: the engine would be started with it. */
export const noModel: Rule = {
  code: "no-model",
  severity: "error",
  check({ study: { model, standIn, locations } }) {
    if (standIn !== null || (locations.has("/sut") && !locations.has("/sut/model"))) return [];
    const isEmpty = model.trim() === "";
    // eslint-disable-next-line no-control-regex -- control characters are what this looks for
    if (!isEmpty && !/[\u0000-\u001f]/.test(model)) return [];
    const message = isEmpty ? "`sut.model` names no model" : "`sut.model` holds a character that no name can have";
    return [{ pointer: "/sut/model", aim: "value", message, hint: "a folder, or a name of the hub: org/name" }];
  },
};
