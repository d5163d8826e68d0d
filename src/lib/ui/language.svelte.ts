/** The language of the page: Japanese first, English second. Remembered nowhere; the document's `lang` follows. */
import { en } from './messages/en.ts';
import { ja } from './messages/ja.ts';
import type { Messages } from './messages/messages.ts';

export const languageNames = { ja: '日本語', en: 'English' } as const;
export type LanguageTag = keyof typeof languageNames;

const catalogues: Readonly<Record<LanguageTag, Messages>> = { ja, en };

class Language {
  #tag = $state<LanguageTag>('ja');

  get tag(): LanguageTag {
    return this.#tag;
  }

  /** The catalogue in use. Read it in a template or a `$derived`, so that it follows the choice. */
  get words(): Messages {
    return catalogues[this.#tag];
  }

  choose(tag: LanguageTag): void {
    this.#tag = tag;
    document.documentElement.lang = tag;
  }
}

/** One page, one language. */
export const language = new Language();
