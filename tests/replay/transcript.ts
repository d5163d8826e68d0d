/**
 * Transcripts: JSON Lines, one exchange a line, for tests only.
 * `command` and `response` are hexadecimal without spaces; `source` says where the exchange comes from and what in it is invented.
 * Reference data of a VERIFY is written as dots, two a byte: a transcript holds no PIN, not even an invented one.
 */

export interface TranscriptLine {
  readonly command: string;
  readonly response: string;
  readonly source: string;
}

const KEYS = ['command', 'response', 'source'];

/** @throws Error naming the line that is not an exchange. */
export function parseTranscript(text: string): readonly TranscriptLine[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) throw new Error('Transcript: no exchanges');
  return lines.map((line, index) => {
    const parsed: unknown = JSON.parse(line);
    if (!isLine(parsed)) throw new Error(`Transcript line ${String(index + 1)}: not an exchange`);
    return parsed;
  });
}

function isLine(value: unknown): value is TranscriptLine {
  if (typeof value !== 'object' || value === null) return false;
  const entries = new Map<string, unknown>(Object.entries(value));
  const hasOnlyKnownKeys = entries.size === KEYS.length && KEYS.every((key) => typeof entries.get(key) === 'string');
  return hasOnlyKnownKeys && isCommand(String(entries.get('command'))) && isResponse(String(entries.get('response'))) && entries.get('source') !== '';
}

/** Whole bytes; dots only behind CLA INS P1 P2 Lc, all the way to the end, and as many bytes as Lc says. */
function isCommand(command: string): boolean {
  const masked = /^((?:[0-9A-F]{2}){4})([0-9A-F]{2})((?:\.\.)+)$/u.exec(command);
  if (masked) return Number.parseInt(masked[2] ?? '', 16) * 2 === masked[3]?.length;
  return /^(?:[0-9A-F]{2}){4,}$/u.test(command);
}

function isResponse(response: string): boolean {
  return /^(?:[0-9A-F]{2}){2,}$/u.test(response);
}
