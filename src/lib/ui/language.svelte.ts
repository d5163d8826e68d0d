/** The language of the page: Japanese first, やさしい日本語 and English beside it. Remembered nowhere; the document's `lang` follows. */
import { en } from './messages/en.ts';
import { jaSimple, jaSimpleAnnotated } from './messages/ja-simple.ts';
import { ja } from './messages/ja.ts';
import type { Messages } from './messages/messages.ts';

/** BCP 47; `simple` is a variant of the IANA registry. */
export const languageNames = { ja: '日本語', 'ja-simple': 'やさしい日本語', en: 'English' } as const;
export type LanguageTag = keyof typeof languageNames;
export const languageTags: readonly LanguageTag[] = ['ja', 'ja-simple', 'en'];

/** For `lang` in HTML: voices and fonts know no variants. */
export const htmlLanguages = { ja: 'ja', 'ja-simple': 'ja', en: 'en' } as const satisfies Record<LanguageTag, string>;

const catalogues: Readonly<Record<LanguageTag, Messages>> = { ja, 'ja-simple': jaSimple, en };
const annotatedCatalogues: Readonly<Record<LanguageTag, Messages>> = { ja, 'ja-simple': jaSimpleAnnotated, en };

class Language {
  #tag = $state<LanguageTag>('ja');
  #furigana = $state(true);

  get tag(): LanguageTag {
    return this.#tag;
  }

  /** The catalogue in use, without readings. Read it in a template or a `$derived`, so that it follows the choice. */
  get words(): Messages {
    return catalogues[this.#tag];
  }

  /** The same texts with readings where the language has them, 免許《めんきょ》: for `<Furigana text=…>` alone. Without, when nobody wants them. */
  get annotated(): Messages {
    return this.#furigana ? annotatedCatalogues[this.#tag] : this.words;
  }

  get furigana(): boolean {
    return this.#furigana;
  }

  choose(tag: LanguageTag): void {
    this.#tag = tag;
    document.documentElement.lang = htmlLanguages[tag];
  }

  showFurigana(shown: boolean): void {
    this.#furigana = shown;
  }
}

/** One page, one language. */
export const language = new Language();
