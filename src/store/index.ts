export { fileDocs } from "./file-docs.ts";
export { lastOrdinal, launchFolder, readLaunches } from "./launches.ts";
export { devicesOf, ledgerEntry, readLedger, type Done } from "./ledger.ts";
export { removePartials } from "./leftovers.ts";
export {
  blockHolders,
  blockLeases,
  neighbours,
  studyIsRunning,
  takeStudyLease,
  type BlockHolder,
  type BlockLeases,
} from "./leases.ts";
export { fileDifference, trialProofs } from "./manifest.ts";
export { outputsFile, type OutputRow } from "./parquet-files.ts";
export { readOutputs } from "./read-outputs.ts";
export { readRequests } from "./read-requests.ts";
export { readSeries } from "./read-series.ts";
export { profilesFolder, readTrial, readTrials, readTrialsAs, trialFolders } from "./read-trials.ts";
export {
  makeKeyPair,
  readSigningKey,
  readVerifyingKey,
  signingKeyOf,
  verifySignature,
  type SignatureState,
  type SigningKey,
} from "./signature.ts";
export { newSubmissionFolder, readSubmissions, writeSubmission } from "./submissions.ts";
export { studyFingerprint } from "./study-fingerprint.ts";
export { sealLaunch, sealStudy, verifyStudy, type VerifiedStudy } from "./study-manifest.ts";
export {
  isSameRecord,
  joinedRecord,
  listStudies,
  plannedTrial,
  readStudyRecord,
  studyRecord,
  keepMatrix,
  keptMatrix,
  writeStudyRecord,
} from "./study-file.ts";
export {
  internalErrorFile,
  leaseLost,
  leaseLostCode,
  trialFolder,
  writeTrial,
  type TrialFiles,
} from "./trial-folder.ts";
export { checkWritable, writeForUser } from "./write-for-user.ts";
