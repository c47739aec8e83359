import { runsAlready } from "../schema/engine.ts";
import type { Study } from "../schema/study.ts";
import { variesOnServer } from "../schema/sut.ts";
import type { Finding } from "./yaml/places.ts";

/**
 * The study on a server that the command line put in the place of an engine which Ceteris would start: what only a start could
 * apply is the server's own, so the baseline is without it, and a warning names it. Any other study stays as it is.
 */
export function leftToServer(study: Study, warn: (pointer: string, finding: Finding) => void): Study {
  if (!runsAlready(study.engine) || study.engine.name === study.declaredEngine) return study;
  const { knobs } = study.baseline;
  const kept = Object.fromEntries(Object.entries(knobs).filter(([knob]) => variesOnServer(knob)));
  const left = [
    ...Object.keys(knobs).filter((knob) => !(knob in kept)),
    ...(study.extraArgs.length === 0 ? [] : ["sut.extra_args"]),
    ...(study.prefix.length === 0 ? [] : ["sut.prefix"]),
    ...(study.beforeLaunch.length === 0 ? [] : ["sut.before_launch"]),
    ...(study.afterTrial.length === 0 ? [] : ["sut.after_trial"]),
  ];
  if (left.length > 0) {
    warn("/baseline", {
      code: "left-to-server",
      severity: "warning",
      message: `Ceteris does not start this server, so that what belongs to a start is left out: ${left.map((name) => `\`${name}\``).join(", ")}`,
      hint: "nobody knows here how the server was started; to measure these settings, run without --url",
    });
  }
  const baseline = { ...study.baseline, knobs: kept };
  return { ...study, baseline, extraArgs: [], prefix: [], beforeLaunch: [], afterTrial: [] };
}
