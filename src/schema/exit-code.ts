/** What other programs read. The list of DESIGN §9. */
export const exitCodes = {
  done: 0,
  internalError: 1,
  misconfigured: 2,
  failedTrial: 3,
  invalidTrial: 4,
  gateNotMet: 5,
  interrupted: 130,
} as const;
