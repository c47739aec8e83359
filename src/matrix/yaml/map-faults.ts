import type { ErrorObject } from "ajv";
import { asMap, plainText, type Json, escapeSegment } from "../../schema/json.ts";
import { adviceOnKey, type Advice } from "./advice.ts";
import { listed, nearest } from "./nearest.ts";
import { otherKey, otherWord } from "./other-words.ts";
import { descriptionIn, nameOf, type ShapeFault } from "./shape-fault.ts";
import { tagValue, type Union } from "./unions.ts";

type Schema = { [keyword: string]: Json };

/**
 * What is wrong with the keys of one map. An unknown key often stands for a missing one; together they are one fault. `errors`: ajv's errors
 * about keys (`required`, `additionalProperties`) at one pointer.
 */
export function mapFaults(errors: readonly ErrorObject[], unions: ReadonlyMap<object, Union>): ShapeFault[] {
  const [{ instancePath: pointer, data } = { instancePath: "", data: {} }] = errors;
  const written = Object.keys(asMap(data) ?? {});
  const missing = new Map<string, ErrorObject>();
  for (const error of errors)
    if (error.keyword === "required") missing.set(plainText(error.params["missingProperty"] as Json), error);
  const unknown = errors
    .filter(({ keyword }) => keyword === "additionalProperties")
    .map(({ params, parentSchema: form = {} }) => {
      const key = plainText(params["additionalProperty"] as Json);
      const known = Object.keys(membersOf(form)).filter((name) => name !== "$schema");
      return { key, form, known, renamed: standsFor(pointer, key, known, missing) };
    });

  const [first] = unknown;
  if (
    first !== undefined &&
    pointer === "" &&
    isForeign(first.form, written, missing) &&
    unknown.every(({ renamed }) => renamed === null)
  )
    return [foreignFile(first.form, written)];
  const ofFirst = unions.get(first?.form ?? {});
  if (first !== undefined && ofFirst?.tag === null && lacksAll(first.form, missing)) {
    if (unknown.every(({ renamed }) => renamed === null)) {
      const own = adviceOnKey(first.key, pointer, first.known);
      const advice = own.message === null ? { message: null, hint: ofFirst.description } : own;
      return [{ ...unknownKey(pointer, first.key, advice), faulty: pointer }];
    }
  }
  const faults = unknown.map(({ key, form, known, renamed }) => {
    if (renamed !== null) missing.delete(renamed);
    const union = unions.get(form);
    const other = renamed === null && union?.tag ? otherForm(union, union.tag, form, key, written) : null;
    if (other?.isWhole === true) missing.clear();
    const isSpelling = renamed === null || nearest(key, known) === renamed;
    const said = isSpelling
      ? adviceOnKey(key, pointer, known)
      : { message: null, hint: `here it is \`${renamed}\`${aboutKey(form, renamed)}` };
    const advice = other?.advice ?? said;
    for (const name of missing.keys()) if (advice.hint.includes(`\`${name}: `)) missing.delete(name);
    return unknownKey(pointer, key, advice);
  });
  return [...faults, ...missingKeys(pointer, missing, written)];
}

/** True of a file that has nothing of its kind: a manifest of Kubernetes that was named in the place of a matrix. */
function isForeign(form: Schema, written: readonly string[], missing: ReadonlyMap<string, unknown>): boolean {
  return (
    lacksAll(form, missing) && !written.some((key) => Object.hasOwn(membersOf(form), key) || otherWord(key) !== null)
  );
}

function foreignFile(form: Schema, written: readonly string[]): ShapeFault {
  const kind = Object.hasOwn(membersOf(form), "study") ? "not a matrix" : "a file of another kind";
  const message = `this is ${kind}: it has ${listed(written)}, and none of ${listed(requiredOf(form))}`;
  const hint =
    "name another file; `ceteris init DIR` writes a matrix, with `--from FILE` out of files of `vllm bench sweep` or of `vllm serve` command lines";
  return { code: "missing-key", pointer: "", aim: "key", message, hint, faulty: null };
}

function membersOf(form: Schema): { [name: string]: Json } {
  return asMap(form["properties"]) ?? {};
}

function aboutKey(form: Schema, key: string): string {
  const description = descriptionIn(asMap(membersOf(form)[key]) ?? undefined);
  return description === "" ? "" : `: ${description}`;
}

/** True of a form of which several members are needed and none is there. */
function lacksAll(form: Schema, missing: ReadonlyMap<string, unknown>): boolean {
  const required = requiredOf(form);
  return required.length > 1 && required.every((name) => missing.has(name));
}

function requiredOf(form: Schema): string[] {
  return [form["required"] ?? []].flat().map((name) => plainText(name));
}

/** The key that another was written for: by the word of another tool, or by its spelling. */
function standsFor(
  pointer: string,
  key: string,
  known: readonly string[],
  missing: ReadonlyMap<string, unknown>,
): string | null {
  return otherKey(pointer, key, known) ?? nearest(key, missing.keys());
}

/** The form of a tagged union that takes a key which the one that was written does not; whole where it takes all that is written. */
function otherForm(
  { forms }: Union,
  tag: string,
  own: Schema,
  key: string,
  written: readonly string[],
): { advice: Advice; isWhole: boolean } | null {
  const takes = (form: Schema, name: string) => Object.hasOwn(membersOf(form), name);
  if (nearest(key, Object.keys(membersOf(own))) !== null) return null;
  const others = forms.filter((form) => form !== own && takes(form, key));
  const whole = others.find(
    (form) => written.every((name) => takes(form, name)) && requiredOf(form).every((name) => written.includes(name)),
  );
  if (others.length === 0) return null;
  const choices = others.map((form) => `\`${tag}: ${tagValue(form, tag)}\``);
  const message = `\`${tag}: ${tagValue(own, tag)}\` takes no \`${key}\``;
  const ownKeys = Object.keys(membersOf(own)).filter((name) => name !== tag);
  const takesInstead = ownKeys.length === 0 ? "" : `; \`${tag}: ${tagValue(own, tag)}\` takes ${listed(ownKeys)}`;
  const hint =
    whole === undefined
      ? `${choices.join(" and ")} ${others.length === 1 ? "has" : "have"} it${takesInstead}`
      : `write \`${tag}: ${tagValue(whole, tag)}\`, which has it`;
  return { advice: { message, hint }, isWhole: whole !== undefined };
}

function unknownKey(pointer: string, key: string, advice: Advice): ShapeFault {
  const here = `${pointer}/${escapeSegment(key)}`;
  const message = `${ownerOf(pointer)} takes no \`${key}\``;
  return {
    code: "unknown-key",
    pointer: here,
    aim: "key",
    message: advice.message ?? message,
    hint: advice.hint,
    faulty: here,
  };
}

/** All that one map lacks at once; of the file itself each part on its own. */
function missingKeys(
  pointer: string,
  missing: ReadonlyMap<string, ErrorObject>,
  written: readonly string[],
): ShapeFault[] {
  const lacking = [...missing].map(([key, error]) => ({ key, about: aboutMissing(key, error, written) }));
  const groups = pointer === "" ? lacking.map((one) => [one]) : lacking.length === 0 ? [] : [lacking];
  return groups.map((group) => {
    const names = group.map(({ key }) => `\`${key}\``);
    const message = `${ownerOf(pointer)} lacks ${names.join(", ").replace(/, ([^,]*)$/, " and $1")}`;
    const hint = group.map(({ about }) => about).join("; ");
    return { code: "missing-key", pointer, aim: "key", message, hint, faulty: null };
  });
}

/** What to add. Of a tag: the form that takes most of what is written; of several the one that is named as a file ends. */
function aboutMissing(key: string, { parentSchema, data }: ErrorObject, written: readonly string[]): string {
  const schema: Schema = parentSchema ?? {};
  const forms = Array.isArray(schema["oneOf"]) ? (schema["oneOf"] as Schema[]) : [];
  const fits = forms
    .map((form) => ({ form, names: Object.keys(membersOf(form)).filter((name) => name !== key) }))
    .map(({ form, names }) => ({ form, names, count: written.filter((one) => nearest(one, names) !== null).length }))
    .filter(({ count }) => count > 0);
  const most = Math.max(...fits.map(({ count }) => count));
  const best = fits.filter(({ count }) => count === most);
  const extension = /\.(\w+)$/.exec(plainText(asMap(data)?.["path"] ?? ""))?.[1];
  const fit = best.length === 1 ? best[0] : best.find(({ form }) => tagValue(form, key) === extension);
  if (fit !== undefined) return `add \`${key}: ${tagValue(fit.form, key)}\`, which has ${listed(fit.names)}`;
  if (best.length > 0)
    return `add \`${key}:\`, of ${listed(best.map(({ form }) => tagValue(form, key)))}, which take what is written`;
  if (forms.length > 0) return `add \`${key}:\`, one of ${listed(forms.map((form) => tagValue(form, key)))}`;
  return `add \`${key}:\`${aboutKey(schema, key)}`;
}

function ownerOf(pointer: string): string {
  return pointer === "" ? "the file" : `\`${nameOf(pointer)}\``;
}
