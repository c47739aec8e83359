/**
 * A prefix for an engine, as a script of the shell: it starts a second program in a session of its own before it becomes the
 * engine, whose arguments the program has as well.
 */
export function startsBeside(program: string): string {
  return `#!/bin/sh
setsid ${process.execPath} -e '${program}' "$@" >/dev/null 2>&1 &
exec "$@"
`;
}

/** Of a program that has the engine's arguments: its port. */
export const portOfEngine = `const port = Number(process.argv[process.argv.indexOf("--port") + 1]);`;

/** Listens on the engine's port as soon as the engine has served there and is gone. Ends after some minutes by itself. */
export const takesPortAfterEngine = `${portOfEngine}
const { connect, createServer } = require("net");
const server = createServer();
server.on("error", () => setTimeout(() => server.listen(port, "127.0.0.1"), 20));
const look = () => connect(port, "127.0.0.1")
  .once("connect", function () { this.destroy(); server.listen(port, "127.0.0.1"); })
  .once("error", () => setTimeout(look, 50));
look();
setTimeout(() => process.exit(), 300000);`;
