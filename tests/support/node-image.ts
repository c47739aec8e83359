import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";

/** Why no container can be run here; null where a daemon answers. */
export function noDaemon(): string | null {
  try {
    execFileSync("docker", ["version", "--format", "{{.Server.Version}}"], { stdio: "pipe", timeout: 20_000 });
    return null;
  } catch (error) {
    const { stderr, message } = error as { stderr?: Buffer; message: string };
    return stderr?.toString().trim() || message;
  }
}

/** Makes an image of no more than what Node is linked against, so that the test needs no registry. Its digest is the answer. */
export function makeNodeImage(name: string, folder: string): string {
  const linked = execFileSync("ldd", [process.execPath], { encoding: "utf8" });
  for (const [path] of linked.matchAll(/\/lib\S*\.so\S*/g)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    copyFileSync(path, join(folder, path));
  }
  mkdirSync(join(folder, "tmp"));
  const input = execFileSync("tar", ["-C", folder, "-c", "."], { maxBuffer: 1e9 });
  execFileSync("docker", ["import", "-", name], { input, stdio: "pipe" });
  const format = "{{range .RepoDigests}}{{.}} {{end}}{{.Id}}";
  const told = execFileSync("docker", ["image", "inspect", "--format", format, name], { encoding: "utf8" });
  return /sha256:[0-9a-f]{64}/.exec(told)![0];
}
