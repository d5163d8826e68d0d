/** A verdict of the log in a word. What a training key proved is never called genuine. */
import type { AuditedVerdict, AuditEntry } from '#session';
import type { ScreenMessages } from '../messages/screen-messages.ts';

export function verdictWords({ verdict }: AuditedVerdict, mode: AuditEntry['mode'], words: ScreenMessages): string {
  return verdict === 'genuine' && mode === 'practice' ? words.genuine.practiceGenuine.word : words.logVerdicts[verdict];
}
