/** What both applications are asked in the same words: whether they are there, and how many tries a key has left. */
import type { Bytes } from '#bytes';
import type { CardConnection, KeyReference, TriesOutcome } from '#iso7816';

export type ApplicationOutcome = { readonly outcome: 'selected' } | { readonly outcome: 'absent' } | { readonly outcome: 'locked' };

/** SELECT by AID. One that is selected is left alone: selecting it again would only drop what was verified. */
export async function selectApplication(connection: CardConnection, aid: Bytes): Promise<ApplicationOutcome> {
  if (connection.isSelected(aid)) return { outcome: 'selected' };
  const { outcome } = await connection.selectApplication(aid);
  return { outcome: outcome === 'notFound' ? 'absent' : outcome };
}

/** Empty VERIFY. Where the card has just told the count and was asked nothing since, it is not asked again. */
export async function triesOf(connection: CardConnection, reference: KeyReference): Promise<TriesOutcome> {
  const triesLeft = connection.triesJustTold(reference);
  return triesLeft === undefined ? connection.remainingTries(reference) : { outcome: 'tries', triesLeft };
}
