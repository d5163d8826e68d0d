/** The counter lives in the browser: reader, log and clock are there. The shell is prerendered. */
export const ssr = false;
