import { knobScopes, scopeOf } from "../../schema/knob.ts";
import { segmentsOf } from "../../schema/json.ts";
import { editDistance, meant, nearest } from "./nearest.ts";
import { otherWord } from "./other-words.ts";
import { pathsOf, placeInWords, rank, settingOf, type MemberPath } from "./sections.ts";

/** What to tell whoever wrote a name that is not there. */
export interface Advice {
  /** Null where there is nothing to say but that it is not there. */
  message: string | null;
  hint: string;
}

/** Advice on a name among settings (in a row, a factor, an axis) that is none; null where nobody knows it. `has`: what the study can set. */
export function adviceOnSetting(name: string, has: (setting: string) => boolean): Advice | null {
  const bare = name.slice(name.lastIndexOf(".") + 1);
  const asKnob = (setting: string): string | null => (has(setting) ? `\`${setting}\`` : null);
  const known = inOtherWords(name, asKnob) ?? placeOfSetting(name);
  if (known !== null || bare === name || bare === "") return known;
  // Below a section of another tool's file: `kv_cache_config.dtype` is `kv_cache_dtype`, and not the model's `dtype`.
  const joined = `${name.slice(0, -bare.length - 1).replace(/_config$/, "")}_${bare}`;
  const ofSection = has(joined)
    ? { message: `\`${name}\` is not how it is spelled in a matrix`, hint: `write \`${joined}\`` }
    : inOtherWords(joined, asKnob);
  if (ofSection?.message != null) return ofSection;
  if (has(bare))
    return { message: `\`${bare}\` stands without \`${name.slice(0, -bare.length)}\``, hint: `write \`${bare}\`` };
  return inOtherWords(bare, asKnob);
}

/** A name that a part of the matrix has, and perhaps under another name as a setting. */
function placeOfSetting(name: string): Advice | null {
  const names = name.split(".");
  const whole = pathsOf(names.at(-1) ?? "").find((path) => `.${path.join(".")}`.endsWith(`.${name}`));
  // Below a part that holds settings, only what it has is known.
  const outer = names.length > 1 && scopeOf(name) === null ? pathsOf(names[0] ?? "") : [];
  const path = whole ?? outer.find((one) => settingOf(one) === null);
  if (path === undefined) return null;
  const setting = settingOf(path);
  if (setting !== null) {
    const [scope = ""] = setting.split(".");
    return { message: `\`${name}\` is a setting of \`${scope}\``, hint: `write \`${setting}\`` };
  }
  const { place, written } = placeInWords(path);
  const [first = ""] = path;
  if (first === "workloads" && path.length > 1) {
    return {
      message: `\`${name}\` belongs to a workload: no row, factor or axis sets it`,
      hint: `write \`${written}\` in the workload; for several values, list a workload for each`,
    };
  }
  return {
    message: `\`${name}\` belongs to ${place}: no row, factor or axis sets it`,
    hint: `write \`${written}\` there: it holds for every row`,
  };
}

/** `asKnob`: how a setting is written; null where there is none of that name. */
function inOtherWords(name: string, asKnob: (setting: string) => string | null): Advice | null {
  const word = otherWord(name);
  if (word === null) return null;
  const targets = word.means.flatMap((mean) => asKnob(mean) ?? asMember(mean) ?? []);
  const [first] = targets;
  if (first === undefined) {
    const [mean = ""] = word.means;
    return { message: null, hint: `\`${name}\` of ${word.tools} is \`${mean}\`, which this engine does not have` };
  }
  // A note on the difference of several is said where there are several.
  const isOfSeveral = word.note !== undefined && word.means.length > 1;
  const several = isOfSeveral && targets.length > 1;
  const note = word.note === undefined || (isOfSeveral && !several) ? "" : `: ${word.note}`;
  const opposite = word.isOpposite === true ? `, the other way round: false where \`${name}\` is true` : "";
  return {
    message: `\`${name}\` is a word of ${word.tools}`,
    hint: `here it is ${several ? targets.join(" or ") : first}${opposite}${note}`,
  };
}

/** A member of the matrix as it is written, and where; null where there is none of that path. */
function asMember(mean: string): string | null {
  if (mean === "env.NAME") return "`baseline: { knobs: { env.NAME: … } }`";
  if (mean === "extra_body.NAME") return "`extra_body: { NAME: … }` of a workload";
  const [last = ""] = mean.split(".").toReversed();
  const path = pathsOf(last).find((one) => [mean, `workloads.${mean}`].includes(one.join(".")));
  if (path === undefined) return null;
  const { place, written } = placeInWords(path);
  return `\`${written}\` ${place.startsWith("a ") ? "of" : place.startsWith("the ") ? "at" : "in"} ${place}`;
}

/** Of a name's length, so much may be wrong for a neighbour to be what was meant, whatever other parts of a matrix have. */
const SLIP = 0.25;

/** Advice on a key that a map does not take. `known`: those that it takes; `pointer`: where the map stands. */
export function adviceOnKey(key: string, pointer: string, known: readonly string[]): Advice {
  const inPlace = adviceInPlace(key, pointer, known);
  if (inPlace !== null) return inPlace;
  const near = nearest(key, known);
  if (near !== null && editDistance(key, near) <= Math.max(1, Math.floor(key.length * SLIP)))
    return { message: null, hint: meant(key, known, true) };
  const settings = ["set", "knobs"].find((map) => known.includes(map));
  return (
    inOtherWords(key, (setting) => knobIn(setting, settings)) ??
    placeOfKey(key, pointer, settings) ??
    (settings === undefined || near !== null
      ? { message: null, hint: meant(key, known, true) }
      : asSetting(key, settings))
  );
}

/** Members of `sut` that say which server runs already: no row, factor or system has one of its own. */
export const ofServer: ReadonlySet<string> = new Set(["url", "headers"]);
export const twoServices =
  "two services are two studies: write a matrix for each, with a `study` of its own, and look at both with `ceteris compare`";

/** What is said of a key in one place alone. */
function adviceInPlace(key: string, pointer: string, known: readonly string[]): Advice | null {
  if (ofServer.has(key) && pointer.startsWith("/systems/")) return { message: null, hint: twoServices };
  const [, axis = ""] = /\/(?:sweep|factors)\/([^/]+)$/.exec(pointer) ?? [];
  if ((knobScopes as readonly string[]).includes(axis)) {
    const hint = `write \`${axis}.${key}: …\` in the place of \`${axis}: { ${key}: … }\``;
    return { message: `\`${axis}\` is not a setting, and an axis varies one`, hint };
  }
  if (axis !== "")
    return { message: null, hint: "a range goes from `from: …` to `to: …`, by `step: …` or by `factor: …`" };
  if (["arrivals", "load"].includes(key) && /\/classes\/\d+$/.test(pointer))
    return {
      message: null,
      hint: "the classes of a workload share its `load` and `arrivals`; `share: …` deals them out",
    };
  const isElsewhere = key === "stream" || otherWord(key) !== null || (key !== "stop" && pathsOf(key).length > 0);
  if (pointer.endsWith("/sampling") && !isElsewhere && nearest(key, known) === null)
    return {
      message: null,
      hint: `a member of the requests by its own name stands in the workload: \`extra_body: { ${key}: … }\`; \`sampling\` takes ${known.join(", ")}`,
    };
  if (pointer.endsWith("/warmup") && /second|minute|duration|time|_s$/.test(key))
    return {
      message: null,
      hint: "a warm-up is counted, `requests: …`, or goes on beyond that, `until_steady: { … }`: it has no duration",
    };
  if (key === "knobs" && /^\/workloads\/\d+$/.test(pointer)) {
    const hint =
      "write them in `baseline: { knobs: … }`, computed where they follow from the workload (`= 2 * dataset.input_tokens`), or as named points of a factor, with `exclude` of those that are another workload's";
    return { message: "the engine's knobs are not part of a workload: each row asks all workloads", hint };
  }
  if (pointer.endsWith("/stop")) {
    const stat = /p\d+(?:\.\d+)?|mean|max/.exec(key)?.[0];
    const metric = key
      .replace(stat ?? "", "")
      .replace(/_ms$/, "")
      .replaceAll(/^[._]+|[._]+$/g, "");
    const figure = `${metric}_${stat ?? "p99"}_ms`;
    const why = stat === undefined ? "a stop is for a figure of the trial: " : "";
    if (known.includes(figure)) return { message: null, hint: `${why}write \`${figure}: …\`` };
  }
  const limit = pointer.endsWith("/slo") ? /(?:ttft|tpot|itl|e2e)/.exec(key)?.[0] : undefined;
  if (limit === undefined || key === `${limit}_ms`) return null;
  const why = /(^|_)(p\d|mean|median|avg|max)/.test(key)
    ? ": an slo is for each request, and how many must keep it says `share` of a curve or a peak, 0.99 where nothing is said"
    : "";
  const hint = `write \`${limit}_ms: …\`${why}`;
  return { message: null, hint };
}

/** An engine's knob, or in a row any setting, as it is written; null of a member of the workload or of `sut`. */
function knobIn(setting: string, map: string | undefined): string | null {
  if (map !== undefined) return `\`${map}: { ${setting}: … }\``;
  const isKnob = scopeOf(setting) === null && !/^(workloads|baseline)\.|^[a-z]+$/.test(setting);
  return isKnob ? `the knob \`${setting}\`: \`baseline: { knobs: { ${setting}: … } }\`` : null;
}

function asSetting(setting: string, map: string): Advice {
  return { message: null, hint: `settings stand in \`${map}\`: write \`${map}: { ${setting}: … }\`` };
}

/** How members of a workload are written inside a map that is nested `depth` levels below it. */
function asMembers(paths: readonly MemberPath[], depth: number): string {
  return paths
    .map(([first = "", ...below]) => `\`${placeInWords([first, ...below.slice(depth)]).written}\``)
    .join(" or ");
}

function placeOfKey(key: string, pointer: string, settings: string | undefined): Advice | null {
  const [path] = pathsOf(key);
  if (path === undefined) return null;
  const setting = settingOf(path);
  if (settings !== undefined && setting !== null) return asSetting(setting, settings);
  if (path[0] === "workloads" && path.length > 1) {
    const [, below] = /^\/(?:workloads\/\d+|accuracy)((?:\/.*)?)$/.exec(pointer) ?? [];
    const within = segmentsOf(below ?? "");
    // A member of this very map is the one of another form of it, which does not take the key either.
    const isWithin = (one: MemberPath): boolean =>
      one.length > within.length + 2 && within.every((name, place) => one[place + 1] === name);
    // Several maps may have this name, and any of them may be meant.
    const alike = pathsOf(key).filter((one) => one[0] === path[0] && rank(one) === rank(path));
    const inside = alike.filter(isWithin);
    if (below !== undefined && inside.length > 0)
      return { message: null, hint: `write ${asMembers(inside, within.length)}` };
    const where = below === undefined ? "a workload" : "the workload itself";
    return { message: null, hint: `it belongs to ${where}: ${asMembers(alike, 0)}` };
  }
  const { place, written } = placeInWords(path);
  const rows = settings === "set" ? ", where it holds for every row" : "";
  const narrowed = settings === "set" && key === "workloads" ? "; `exclude` leaves a row out of a workload" : "";
  return { message: null, hint: `it belongs to ${place}: \`${written}\`${rows}${narrowed}` };
}
