import { asMap, type Json } from "../../schema/json.ts";
import { isSecretName } from "../../schema/secrets.ts";

type Members = { [name: string]: Json };

/** The members by dotted path, below a prefix: objects are taken apart, all else (also lists and empty objects) is a leaf. Secrets are left out. */
export function flatMembers(prefix: string, members: Members): Members {
  const flat: Members = {};
  for (const [name, value] of Object.entries(members)) {
    if (isSecretName(name)) continue;
    const inner = asMap(value);
    if (inner && Object.keys(inner).length > 0) Object.assign(flat, flatMembers(`${prefix}${name}.`, inner));
    else flat[`${prefix}${name}`] = value;
  }
  return flat;
}
