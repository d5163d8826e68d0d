/** The log lives in this browser. The shell is prerendered. */
export const ssr = false;
