import { engineFaults } from "./engine-faults.ts";
import { fileFaults } from "./file-faults.ts";
import type { FaultGroup } from "./fault-row.ts";
import { ownFaults } from "./own-faults.ts";
import { trackingFaults } from "./tracking-faults.ts";

/** All faults that are planted, group by group: the tables of docs/faults.md. */
export const faultGroups: readonly FaultGroup[] = [
  { title: "The engine", rows: engineFaults },
  { title: "Ourselves", rows: ownFaults },
  { title: "The tracking server", rows: trackingFaults },
  { title: "The files", rows: fileFaults },
];
