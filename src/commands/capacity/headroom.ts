/** Share of the rate that is kept free on top of it where nothing else is asked. */
export const usualHeadroom = 0.2;
