import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A self-signed certificate for 127.0.0.1, and its key. */
export const identity = readFileSync(
  join(import.meta.dirname, "..", "fixtures", "mlflow", "tls", "identity.pem"),
  "utf8",
);
