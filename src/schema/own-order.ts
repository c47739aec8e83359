/** `alternating`: who goes second in a block goes first in the next, so that its trials are pairs. */
export const pairedOrder = "alternating";

/** `returning`: the points of a launch in an order that is drawn, and the first again at its end. */
export const curveOrder = "returning";

/** An order that belongs to a kind of design. */
export type OwnOrder = typeof pairedOrder | typeof curveOrder;
