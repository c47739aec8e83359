import { evaluateArithmetic, parseArithmetic } from "../../../math/arithmetic.ts";

/** A command of a shell script. */
export interface ShellCommand {
  words: string[];
  /** `NAME=value` in front of it, or exported before it. */
  variables: { [name: string]: string };
}

interface Loop {
  name: string;
  values: readonly string[];
}

/**
 * The commands of a text that call vLLM: `vllm serve …` and `vllm bench serve …`, or a container that serves. Continued lines are joined, variables that
 * the text itself sets are put in, and loops over words (`for c in 8 16; do`) are written out. Nothing is run: a word whose
 * value only a shell would know keeps its `$`.
 */
export function vllmCommands(text: string): ShellCommand[] {
  const set: { [name: string]: string } = {};
  const exported: { [name: string]: string } = {};
  const loops: Loop[] = [];
  const found: ShellCommand[] = [];
  const { arrays, rest: body } = arraysIn(text.replaceAll(/\\[ \t]*\r?\n/g, " "));
  const lines = body.split(/\r?\n/);
  for (const words of lines.flatMap(commandsOf)) {
    while (/^(do|then|else|nohup|exec|time|sudo)$/.test(words[0] ?? "")) words.shift();
    const [first = "", name = "", , ...values] = words;
    if (first === "for")
      loops.push({
        name,
        values: valuesOf(
          name,
          values.map((word) => filled(word, set)),
        ),
      });
    else if (first === "while" || first === "until") loops.push({ name: "", values: [""] });
    else if (first === "done") loops.pop();
    else if (first === ":") for (const word of words) assignDefault(word, set);
    else {
      for (const looped of turnsOf(loops)) {
        const rest = (first === "export" ? words.slice(1) : words)
          .flatMap((word) => arrays[/^\$\{(\w+)\[[@*]\]\}$/.exec(word)?.[1] ?? ""] ?? word)
          .map((word) => filled(word, { ...set, ...looped }));
        const own = takeVariables(rest);
        if (rest.length === 0) {
          Object.assign(set, own);
          if (first === "export") Object.assign(exported, own);
          continue;
        }
        const called = vllmCallIn(rest);
        if (called !== null)
          found.push({ words: called.words, variables: { ...exported, ...own, ...called.variables } });
      }
    }
  }
  return found;
}

/** vLLM as a command calls it: by its program, by the module that serves, or as a container of vLLM's image, whose arguments are those of `vllm serve`. */
function vllmCallIn(words: readonly string[]): ShellCommand | null {
  for (const [at, word] of words.entries()) {
    const rest = words.slice(at + 1);
    if (/(^|\/)vllm$/.test(word) && /^(serve|bench)$/.test(rest[0] ?? ""))
      return { words: ["vllm", ...rest], variables: {} };
    if (word === "vllm.entrypoints.openai.api_server") return { words: ["vllm", "serve", ...rest], variables: {} };
    if (/(^|\/)vllm-openai(:|@|$)/.test(word) && words.slice(0, at).includes("run"))
      return { words: ["vllm", "serve", ...rest], variables: variablesOf(words.slice(0, at)) };
  }
  return null;
}

/** `-e NAME=value`, `--env NAME=value` and `--env=NAME=value` of a container. */
function variablesOf(words: readonly string[]): { [name: string]: string } {
  const given = words.flatMap(
    (word, place) => (/^(-e|--env)$/.test(word) ? words[place + 1]! : /^--env=(.*)$/s.exec(word)?.[1]) ?? [],
  );
  return Object.assign({}, ...given.map((one) => takeVariables([one]))) as { [name: string]: string };
}

/** What a loop goes over; its own name where only a shell would know. */
function valuesOf(name: string, values: readonly string[]): readonly string[] {
  return values.length === 0 || values.some((value) => /[$`*]/.test(value)) ? [`$${name}`] : values;
}

/** Every turn of loops within loops, as the variables that it sets. */
function turnsOf(loops: readonly Loop[]): { [name: string]: string }[] {
  return loops.reduce<{ [name: string]: string }[]>(
    (turns, { name, values }) => turns.flatMap((turn) => values.map((value) => ({ ...turn, [name]: value }))),
    [{}],
  );
}

/** Lists of words, `ARGS=(--dtype half)`, and the text without them. */
function arraysIn(text: string): { arrays: { [name: string]: string[] }; rest: string } {
  const arrays: { [name: string]: string[] } = {};
  const rest = text.replaceAll(
    /^[ \t]*(?:(?:local|declare|readonly)(?: -\w+)? )?(\w+)(\+?)=\(([^()]*)\)/gm,
    (_, name: string, more: string, inside: string) => {
      const words = inside.split(/\r?\n/).flatMap((line) => commandsOf(line).flat());
      arrays[name] = more === "" ? words : [...(arrays[name] ?? []), ...words];
      return "";
    },
  );
  return { arrays, rest };
}

/** `: "${MODEL:=org/model}"` sets what is not set. */
function assignDefault(word: string, set: { [name: string]: string }): void {
  const [, name, value] = /^\$\{(\w+):?=([^{}]*)\}$/.exec(word) ?? [];
  if (name !== undefined && value !== undefined) set[name] ??= filled(value, set);
}

/** Puts in variables, what stands for those that are not set (`${MODEL:-org/model}`), and whole numbers that are computed (`$((c * 10))`). */
function filled(word: string, values: { readonly [name: string]: string }): string {
  const put = word
    .replaceAll(
      /\$\{(\w+):?-([^{}]*)\}/g,
      (_, name: string, otherwise: string) => values[name] || filled(otherwise, values),
    )
    .replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (all, braced?: string, bare?: string) => values[braced ?? bare ?? ""] ?? all);
  return put.replaceAll(/\$\(\(([^$]*?)\)\)/g, (all, text: string) => computed(text, values) ?? all);
}

/** Null where a name in it has no number, and of a division, whose rest the shell cuts off. */
function computed(text: string, values: { readonly [name: string]: string }): string | null {
  const read = parseArithmetic(text);
  if ("why" in read || text.includes("/")) return null;
  const found = evaluateArithmetic(read, (name) => Number(values[name] ?? Number.NaN));
  return typeof found === "number" ? String(found) : null;
}

/** Takes `NAME=value` off the front. */
function takeVariables(words: string[]): { [name: string]: string } {
  const own: { [name: string]: string } = {};
  while (/^[A-Za-z_]\w*=/.test(words[0] ?? "")) {
    const [name = "", ...value] = words.shift()!.split("=");
    own[name] = value.join("=");
  }
  return own;
}

/** Words of each command of a line, by the shell's quotes; comments and redirections are left out. */
function commandsOf(line: string): string[][] {
  const commands: string[][] = [[]];
  const plain = line.replaceAll(/(?<=\s)(\d?>&\d|&?\d?[<>]+\s*[^\s"'>&|;]+)/g, " ");
  for (const [token] of plain.matchAll(
    /(?:\$\(\([^()]*(?:\([^()]*\)[^()]*)*\)\)|[^\s"';&|#]|(?<=\S)#|"(?:[^"\\]|\\.)*"|'[^']*')+|[;&|]+|#.*/g,
  )) {
    if (token.startsWith("#")) break;
    if (/^[;&|]+$/.test(token)) commands.push([]);
    else commands.at(-1)!.push(unquoted(token));
  }
  return commands.filter((words) => words.length > 0);
}

function unquoted(token: string): string {
  return token.replaceAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g, (_, double?: string, single?: string) =>
    single === undefined ? (double ?? "").replaceAll(/\\(["\\$])/g, "$1") : single,
  );
}
