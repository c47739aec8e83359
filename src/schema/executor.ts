import { Type, type Static } from "typebox";
import { strict } from "./strict-object.ts";

const argv = (description: string) => Type.Array(Type.String({ minLength: 1 }), { minItems: 1, description });
const script = (words: string) => Type.String({ minLength: 1, description: `what runs; filled in are ${words}` });
const settingName = "^[a-z][a-z0-9_]*$";
const settings = Type.Record(
  Type.String({ pattern: settingName }),
  Type.Union([Type.String(), Type.Number(), Type.Null()]),
  {
    description:
      "words of one's own: {name} stands for its value; a line, or an argument, with one that is null is left out",
  },
);

const Scheduler = strict({
  $schema: Type.Optional(Type.String()),
  kind: Type.Literal("scheduler"),
  settings: Type.Optional(settings),
  blocks_per_job: Type.Integer({ minimum: 1, description: "blocks that one submission takes, at most" }),
  minutes: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      description: "minutes that a job may take for one block; {minutes} in the script",
    }),
  ),
  script: script(
    "{study}, {name}, {tasks}, {offset}, {folder}, {command}, {working_folder}, {minutes} and the settings",
  ),
  submit: strict({
    command: argv("hands out the script, {script}"),
    job: Type.String({ description: "a regular expression over what it prints; its first group is the job, {job}" }),
    find: Type.Optional(
      argv(
        "prints the job that is called {name}, for `job` to read: asked where a submission broke off before it was recorded",
      ),
    ),
  }),
  poll: Type.Array(
    strict({
      command: argv("asks what became of {job}"),
      line: Type.String({
        description: "a regular expression over each line that it prints, with the groups `task` and `state`",
      }),
    }),
    { minItems: 1, description: "asked one after the other, about blocks that are not done and that nobody works on" },
  ),
  states: strict({
    waiting: Type.Array(Type.String({ minLength: 1 }), { description: "states of a block that will run" }),
    running: Type.Array(Type.String({ minLength: 1 }), {
      description: "states of a block that runs; any other is an end",
    }),
  }),
  cancel: strict({ command: argv("ends {job}") }),
});

const Slots = strict({
  $schema: Type.Optional(Type.String()),
  kind: Type.Literal("slots"),
  slots: Type.Array(
    Type.Record(Type.String({ pattern: settingName }), Type.Union([Type.String(), Type.Number()]), {
      description: "what makes this slot another than the others: {name} stands for its value",
    }),
    { minItems: 1 },
  ),
  script: script("{command}, {working_folder} and the words of the slot"),
  share_host: Type.Boolean({ description: "true says that slots which disturb each other are meant" }),
});

/** `experiments/executors/<name>.yaml`: how blocks are handed out, to a scheduler or to slots of this machine. */
export const ExecutorFile = Type.Union([Scheduler, Slots], { discriminator: { propertyName: "kind" } });

export type SchedulerFile = Static<typeof Scheduler>;
export type SlotsFile = Static<typeof Slots>;
/** How blocks are handed out, by the name of its file. */
export type Executor = { name: string } & (SchedulerFile | SlotsFile);
