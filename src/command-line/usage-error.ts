/** Wrong usage: told on standard error, exit code 2. The message names what is wrong and never repeats what was typed. */
export class UsageError extends Error {}
