/** What other stages may use of this one. */
export { askedBefore, calibrationText, measuredClient } from "./calibrate-client.ts";
export { blocksToDo } from "./blocks-to-do.ts";
export { inFlightDefault } from "./in-flight.ts";
export { runStudy, type StudyOutcome, type StudyRun } from "./study-loop.ts";
export { environmentFailsCode } from "./recovery.ts";
export { openWork } from "./study-work.ts";
export { isOfRecord, sendStudy, trackingOf, trialsToSend, type StudyDelivery, type Tracking } from "./tracking.ts";
