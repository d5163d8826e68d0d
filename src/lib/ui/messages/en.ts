/** The English catalogue. */
import { cardWords } from './en/card-words.ts';
import { diagnosis } from './en/diagnosis.ts';
import { entry } from './en/entry.ts';
import { faults, tryUsed } from './en/faults.ts';
import { readers } from './en/readers.ts';
import { screens } from './en/screens.ts';
import type { Messages } from './messages.ts';

export const en = { faults, tryUsed, readers, diagnosis, screens, entry, ...cardWords } satisfies Messages;
