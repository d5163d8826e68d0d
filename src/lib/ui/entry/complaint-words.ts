/** What is missing or impossible in the entry, in words. */
import type { EntryMessages } from '../messages/entry-messages.ts';
import type { Complaint, FieldName } from './entry-form.svelte.ts';

export function complaintWords(complaint: Complaint | undefined, words: EntryMessages): string | undefined {
  if (complaint === undefined) return undefined;
  if (complaint === 'nothingChosen') return words.nothingChosen;
  return 'missing' in complaint ? words.missing(fieldWords(complaint.field, words), complaint.missing) : words.impossible[complaint.impossible];
}

function fieldWords(field: FieldName, words: EntryMessages): string {
  switch (field) {
    case 'licencePin':
      return words.licenceField;
    case 'year':
    case 'month':
    case 'day':
      return words.birthDate;
    case 'cardExpiryYear':
    case 'securityCode':
    case 'fourteenDigits':
    case 'cardInfoPin':
      return words[field];
  }
}
