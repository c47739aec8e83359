/** Nanoseconds of a second and of a millisecond: all times of a trial are nanoseconds. */
export const NS_PER_S = 1e9;
export const NS_PER_MS = 1e6;
