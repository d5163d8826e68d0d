/** The Japanese catalogue. */
import { cardWords } from './ja/card-words.ts';
import { diagnosis } from './ja/diagnosis.ts';
import { entry } from './ja/entry.ts';
import { faults, tryUsed } from './ja/faults.ts';
import { readers } from './ja/readers.ts';
import { screens } from './ja/screens.ts';
import type { Messages } from './messages.ts';

export const ja = { faults, tryUsed, readers, diagnosis, screens, entry, ...cardWords } satisfies Messages;
