/** What other stages may use of this one. */
export { analyse } from "./analyse.ts";
export { capacities, capacityNotes } from "./capacity.ts";
export { trialsWithAnswers } from "./answers.ts";
export { withBetter } from "./better.ts";
export { judgeChangeGate, parseChangeGate, type ChangeGate } from "./change-gate.ts";
export { compareOperands, type OperandInput } from "./comparison.ts";
export { primaryEffects } from "./decisions.ts";
export { nearLimits } from "./outcome.ts";
export { plannedPower } from "./planned-power.ts";
