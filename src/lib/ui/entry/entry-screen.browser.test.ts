import { afterEach, describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { Entry, ReceptionState } from '#session';
import { language } from '../language.svelte.ts';
import { card, progress, reader } from '../test/samples.ts';
import EntryScreen from './entry-screen.svelte';
import LastTryDialog from './last-try-dialog.svelte';

afterEach(() => language.choose('ja'));

type EntryState = Extract<ReceptionState, { name: 'entry' }>;

const licenceOnly: EntryState = { name: 'entry', reader, card, progress: { ...progress, personalDetails: 'skipped' } };

async function shown(state: EntryState = licenceOnly) {
  const onsubmit = vi.fn<(entry: Entry) => void>();
  const oncancel = vi.fn<() => void>();
  const screen = await render(EntryScreen, { state, onsubmit, oncancel, onactivity: () => undefined });
  return { screen, onsubmit, oncancel };
}

/** Everything a person, an extension or a recorder could find in the page. */
const pageText = (): string => document.body.outerHTML + [...document.querySelectorAll('input')].map(({ value }) => value).join();

const key = (name: string, init: KeyboardEventInit = {}): boolean =>
  window.dispatchEvent(new KeyboardEvent('keydown', { key: name, cancelable: true, ...init }));

describe('entry screen', () => {
  it('takes the focus to its heading, shows the tries before anything is typed', async () => {
    const { screen } = await shown();
    await expect.element(screen.getByRole('heading', { level: 1 })).toHaveFocus();
    await expect.element(screen.getByText('あと10回')).toBeVisible();
  });

  it('hears keypad, keyboard, numpad and full-width digits; no digit is ever in the page', async () => {
    const { screen, onsubmit } = await shown();
    await screen.getByRole('button', { name: '9', exact: true }).click();
    key('8', { code: 'Digit8' });
    key('7', { code: 'Numpad7' });
    key('６');
    await expect.element(screen.getByText('4桁のうち4桁入力済み').first()).toBeInTheDocument();
    expect(pageText()).not.toContain('9876');
    expect(document.querySelectorAll('input, [contenteditable]')).toHaveLength(0);
    expect(document.querySelector('[role=textbox]')?.textContent.trim()).toBe('');
    key('Enter');
    expect(onsubmit).toHaveBeenCalledTimes(1);
    const [entry] = onsubmit.mock.calls[0]!;
    const { licence } = entry;
    expect(typeof licence === 'object' && licence.pin.lend((bytes) => String.fromCharCode(...bytes))).toBe('9876');
  });

  it('Enter after a pressed key is the decision, not that key again', async () => {
    const { screen, onsubmit } = await shown();
    for (const name of ['1', '2', '3', '4']) await screen.getByRole('button', { name, exact: true }).click();
    await userEvent.keyboard('{Enter}');
    expect(onsubmit).toHaveBeenCalledTimes(1);
  });

  it('a press erases nothing twice: Enter after "erase one" says what is missing', async () => {
    const { screen } = await shown();
    for (const digit of '123') key(digit);
    await screen.getByRole('button', { name: '一字消す' }).click();
    await userEvent.keyboard('{Enter}');
    await expect.element(screen.getByRole('alert')).toHaveTextContent('あと2桁足りません');
  });

  it.each(['{Enter}', ' '])('a key that was tabbed to hears %s', async (pressed) => {
    const { screen } = await shown();
    (screen.getByRole('button', { name: '7', exact: true }).element() as HTMLElement).focus(); // a button is one
    await userEvent.keyboard(pressed);
    await expect.element(screen.getByText('4桁のうち1桁入力済み').first()).toBeInTheDocument();
  });

  it('the licence can be left out after a wrong PIN while 照合番号B is held', async () => {
    const { screen, onsubmit } = await shown({ ...licenceOnly, progress: { ...progress, personalHeld: true } });
    await screen.getByRole('button', { name: '免許を読まずに進む' }).click();
    expect(onsubmit.mock.calls).toEqual([[{ licence: 'skip', personalDetails: 'held' }]]);
  });

  it('ignores auto-repeat and shortcuts', async () => {
    const { screen } = await shown();
    key('1');
    key('1', { repeat: true });
    key('2', { ctrlKey: true });
    await expect.element(screen.getByText('4桁のうち1桁入力済み').first()).toBeInTheDocument();
  });

  it('takes pasted digits and nothing else', async () => {
    const { screen } = await shown();
    const paste = (text: string): void => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', text);
      window.dispatchEvent(new ClipboardEvent('paste', { clipboardData, cancelable: true }));
    };
    paste('12ab');
    paste('１２-3');
    await expect.element(screen.getByText('4桁のうち3桁入力済み').first()).toBeInTheDocument();
  });

  it('Enter on an incomplete PIN sends nothing and says how many digits are missing', async () => {
    const { screen, onsubmit } = await shown();
    key('1');
    key('Enter');
    await expect.element(screen.getByRole('alert')).toHaveTextContent('免許の暗証番号が、あと3桁足りません。');
    expect(onsubmit).not.toHaveBeenCalled();
  });

  it('Enter on the cancel button cancels and does not submit', async () => {
    const { screen, onsubmit, oncancel } = await shown();
    for (const digit of '1234') key(digit);
    (screen.getByRole('button', { name: '中止' }).element() as HTMLElement).focus();
    await userEvent.keyboard('{Enter}');
    expect(oncancel).toHaveBeenCalledTimes(1);
    expect(onsubmit).not.toHaveBeenCalled();
  });

  it('warns at three tries, and explains the last failure with the checklist from the second on', async () => {
    const { screen } = await shown({
      ...licenceOnly,
      progress: { ...progress, licence: 'read' },
      card: { ...card, personalDetails: { state: 'readable', numberBTries: { outcome: 'tries', triesLeft: 3 }, pinTries: { outcome: 'blocked' } } },
      failure: { credential: 'numberB', outcome: 'wrong', triesLeft: 3, consecutive: 2 },
    });
    await expect.element(screen.getByText('残り3回です。確かでない場合は入力しないでください。')).toBeVisible();
    await expect.element(screen.getByText('最後の4桁は、顔写真の下のセキュリティコードですか')).toBeVisible();
    await expect.element(screen.getByRole('radio', { name: /券面事項入力補助用/u })).toBeDisabled();
  });

  it('names the three causes when the card has no licence', async () => {
    language.choose('en');
    const { screen } = await shown({ ...licenceOnly, progress, card: { ...card, licence: { state: 'absent' } } });
    await expect.element(screen.getByText('It was not carried over when the card was renewed')).toBeVisible();
    expect(document.documentElement.lang).toBe('en');
  });

  it('keys are large enough for a finger', async () => {
    const { screen } = await shown();
    for (const name of ['0', '1', '一字消す', '全部消す']) {
      const { width, height } = screen.getByRole('button', { name, exact: true }).element().getBoundingClientRect();
      expect(Math.min(width, height), name).toBeGreaterThanOrEqual(64);
    }
  });
});

describe('last try', () => {
  it('gives the focus to the answer that sends nothing; Escape is that answer', async () => {
    const onconfirm = vi.fn();
    const ondecline = vi.fn();
    const screen = await render(LastTryDialog, { credential: 'licencePin', practice: false, onconfirm, ondecline });
    await expect.element(screen.getByRole('button', { name: 'やめる' })).toHaveFocus();
    await userEvent.keyboard('{Escape}');
    expect(ondecline).toHaveBeenCalledTimes(1);
    expect(onconfirm).not.toHaveBeenCalled();
  });
});
