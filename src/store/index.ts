export { fileDocs } from "./file-docs.ts";
export { lastOrdinal, launchFolder, readLaunches } from "./launches.ts";
export { devicesOf, ledgerOf, readLedger, type Done } from "./ledger.ts";
export { removePartials } from "./leftovers.ts";
export { blockHolders, blockLeases, takeSendLease, type BlockLeases } from "./leases.ts";
export { trialProofs, verifyStudy } from "./manifest.ts";
export type { OutputRow } from "./parquet-files.ts";
export { readOutputs } from "./read-outputs.ts";
export { readRequests } from "./read-requests.ts";
export { readSeries } from "./read-series.ts";
export { readTrial, readTrials, trialFolders } from "./read-trials.ts";
export { studyFingerprint } from "./study-fingerprint.ts";
export {
  joinedRecord,
  listStudies,
  plannedTrial,
  readStudyRecord,
  studyRecord,
  keepMatrix,
  keptMatrix,
  writeStudyRecord,
} from "./study-file.ts";
export { internalErrorFile, trialFolder, writeTrial, type TrialFiles } from "./trial-folder.ts";
export { checkWritable, writeForUser } from "./write-for-user.ts";
