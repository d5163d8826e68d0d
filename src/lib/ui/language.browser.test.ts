import { afterEach, describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import Furigana from './frame/furigana.svelte';
import LanguageSelector from './frame/language-selector.svelte';
import { language } from './language.svelte.ts';

afterEach(() => {
  language.choose('ja');
  language.showFurigana(true);
});

describe('language', () => {
  it('offers three, and the document says Japanese for both kinds of Japanese', async () => {
    const screen = await render(LanguageSelector);
    await screen.getByRole('button', { name: 'やさしい日本語' }).click();
    expect(language.tag).toBe('ja-simple');
    expect(document.documentElement.lang).toBe('ja');
    await screen.getByRole('button', { name: 'English' }).click();
    expect(document.documentElement.lang).toBe('en');
  });

  it('offers to leave the readings out, where there are some', async () => {
    const screen = await render(LanguageSelector);
    expect(screen.container.querySelector('.readings')).toBeNull();
    await screen.getByRole('button', { name: 'やさしい日本語' }).click();
    await screen.getByRole('button', { name: 'ふりがな' }).click();
    expect(language.annotated.screens.waitingTitle).toBe('カードを置いてください');
    await screen.getByRole('button', { name: 'ふりがな' }).click();
    expect(language.annotated.screens.waitingTitle).toBe('カードを置《お》いてください');
  });

  it('has readings in annotated texts alone, and there only as long as they are wanted', () => {
    language.choose('ja-simple');
    expect(language.words.screens.cancel).toBe('やめる');
    expect(language.words.screens.waitingTitle).toBe('カードを置いてください');
    expect(language.annotated.screens.waitingTitle).toBe('カードを置《お》いてください');
    language.showFurigana(false);
    expect(language.annotated.screens.waitingTitle).toBe('カードを置いてください');
    language.choose('en');
    expect(language.annotated).toBe(language.words);
  });
});

describe('Furigana', () => {
  it('sets a reading above its kanji and reads it to nobody twice', async () => {
    const screen = await render(Furigana, { text: 'カードを置《お》いてください' });
    const ruby = screen.container.querySelector('ruby');
    expect(ruby?.firstChild?.textContent).toBe('置');
    expect(ruby?.querySelector('rt')?.textContent).toBe('お');
    expect(ruby?.querySelector('rt')?.getAttribute('aria-hidden')).toBe('true');
    expect(screen.container.textContent).toBe('カードを置（お）いてください');
  });
});
