/** The transcripts of this project by name, bundled as text so that the same tests run in Node and in Chromium. */

const files = import.meta.glob<string>('../transcripts/**/*.jsonl', { query: '?raw', import: 'default', eager: true });

const ROOT = '../transcripts/';

/** Names as `transcript` takes them: `driver-licence/full-read`. */
export const transcriptNames: readonly string[] = Object.keys(files).map((path) => path.slice(ROOT.length, -'.jsonl'.length));

/** @throws Error for a name that is not there. */
export function transcript(name: string): string {
  const text = files[`${ROOT}${name}.jsonl`];
  if (text === undefined) throw new Error(`No transcript named ${name}`);
  return text;
}
