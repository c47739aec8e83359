import { describe, expect, it } from "vitest";
import { commandLine } from "../../src/engine/command-line.ts";
import { shellCommand } from "../../src/engine/shell-command.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { engineWith } from "../support/engines.ts";

const hardValues = ["two words", "it's", '{"a":"$HOME `id`"}', "", "*", "a\nb"];
const printArguments =
  "process.stdout.write(JSON.stringify([process.argv.slice(1), process.env.X, process.env.MY_TOKEN]))";

function command() {
  return commandLine({
    engine: engineWith({ variables: { X: "a 'b' $c" }, passThrough: ["MY_TOKEN"] }),
    model: "m",
    revision: null,
    tokenizer: null,
    devices: [],
    extraArgs: ["-e", printArguments, "--", ...hardValues, "--key=tok-12345678"],
    knobs: {},
    executable: [process.execPath],
    host: "127.0.0.1",
    port: 1,
    folders: { private: "/private", cache: "/cache" },
    userVariables: { MY_TOKEN: "tok-12345678" },
  });
}

describe("the line to paste into a shell", () => {
  it("gives the program the same arguments and variables, whatever they hold", async () => {
    const world = realWorld();
    const variables = { ...world.variables, MY_TOKEN: "tok-12345678" };
    const { stdout } = await world.processes.run(["sh", "-c", shellCommand(command())], { variables });
    expect(JSON.parse(stdout)).toEqual([[...hardValues, "--key=tok-12345678"], "a 'b' $c", "tok-12345678"]);
  });

  it("names a secret's variable instead of its value", () => {
    const line = shellCommand(command());
    expect(line).not.toContain("tok-12345678");
    expect(line).toContain('MY_TOKEN="$MY_TOKEN"');
    expect(line).toContain('--key="$MY_TOKEN"');
  });

  it("names each of several secrets in one argument, also one that is a part of another", () => {
    const variables = { A_TOKEN: "tok-12345678", B_TOKEN: "tok-12345678-long", C_KEY: "key-87654321" };
    const argv = ["x", "--headers=a=tok-12345678,b=tok-12345678-long,c=key-87654321"];
    const line = shellCommand({ ...command(), argv, variables, references: {}, secrets: Object.values(variables) });
    expect(line).toContain('--headers=a="$A_TOKEN",b="$B_TOKEN",c="$C_KEY"');
    expect(line).not.toContain("12345678,");
  });

  it("has what runs before the launch ahead of it, and what follows a trial as comments", () => {
    const lines = shellCommand(command(), {
      beforeLaunch: [["sync"], ["sysctl", "-w", "a=b c"]],
      afterTrial: [["date"]],
    });
    const [first, second, third, last] = lines.split("\n").filter((line) => !line.startsWith("b'"));
    expect([first, second, last]).toEqual(["sync &&", "sysctl -w 'a=b c' &&", "# after each trial: date"]);
    expect(third).toMatch(/^MY_TOKEN=/);
  });

  it("makes the folders first and leaves the home folder to the shell", () => {
    const line = shellCommand({ ...command(), folders: ["$HOME/.cache/ceteris/x"], variables: { C: "$HOME/.cache" } });
    expect(line).toMatch(/^mkdir -p "\$HOME"\/\.cache\/ceteris\/x && C="\$HOME"\/\.cache /);
  });
});
