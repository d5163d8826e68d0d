import { describe, expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { ja } from '../messages/ja.ts';
import { card, reader, readingProgress } from '../test/samples.ts';
import CardFault from './card-fault.svelte';
import NoReader from './no-reader.svelte';
import Inspecting from './inspecting.svelte';
import ReadingScreen from './reading-screen.svelte';
import ReturnCard from './return-card.svelte';
import Waiting from './waiting.svelte';

const unused = { others: [], mayChange: true, onchoose: () => undefined, onuse: () => undefined };

describe('reading', () => {
  it('shows the bytes received and the step under way', async () => {
    const screen = await render(ReadingScreen, { state: { name: 'reading', reader, card, progress: readingProgress }, oncancel: () => undefined });
    const bar = screen.getByRole('progressbar').element() as HTMLProgressElement; // the role says so
    expect([bar.value, bar.max]).toEqual([1200, 4100]);
    expect(document.querySelector('[aria-current=step]')?.textContent).toContain(ja.steps.readLicenceRecord);
    await expect.element(screen.getByText(ja.screens.doNotRemove)).toBeVisible();
  });

  it('says that the card is away and what to do, over the same progress', async () => {
    const screen = await render(ReadingScreen, { state: { name: 'cardAway', reader, card, progress: readingProgress }, oncancel: () => undefined });
    await expect.element(screen.getByRole('heading', { level: 1 })).toHaveTextContent(ja.screens.cardAwayTitle);
  });
});

describe('cancel', () => {
  const oncancel = vi.fn();

  it.each([
    ['reading', () => render(ReadingScreen, { state: { name: 'reading', reader, card, progress: readingProgress }, oncancel })],
    ['inspecting', () => render(Inspecting, { oncancel })],
  ] as const)('is acknowledged at once while %s', async (_, show) => {
    oncancel.mockClear();
    const screen = await show();
    const button = screen.getByRole('button', { name: '中止' });
    await button.click();
    await expect.element(button).toBeDisabled();
    await expect.element(screen.getByRole('status')).toHaveTextContent('いまの命令が終わり次第、中止します');
    expect(oncancel).toHaveBeenCalledTimes(1);
  });
});

describe('return the card', () => {
  it('has a way out for a reader that never tells that the card is gone', async () => {
    const onfinish = vi.fn();
    const screen = await render(ReturnCard, { onfinish });
    await screen.getByRole('button', { name: 'カードは返しました' }).click();
    expect(onfinish).toHaveBeenCalledTimes(1);
    expect(document.querySelector('[role=status]')).toBeNull();
  });

  it.each(['TIMED_OUT', 'CANCELLED'] as const)('says why everything is gone: %s', async (notice) => {
    const screen = await render(ReturnCard, { notice, onfinish: () => undefined });
    await expect.element(screen.getByRole('status')).toHaveTextContent(ja.screens.notices[notice]);
  });
});

describe('card fault', () => {
  it.each(['no', 'unknown'] as const)('tells what happened, what to do, and what is known of the tries: %s', async (tryUsed) => {
    const fault = { code: 'UNEXPECTED_STATUS', facts: { statusWord: 0x6f00 }, tryUsed };
    const screen = await render(CardFault, { state: { name: 'cardFault', reader, fault, cardPresent: true }, onfinish: () => undefined });
    const alert = screen.getByRole('alert');
    await expect.element(alert).toHaveTextContent(ja.faults.UNEXPECTED_STATUS.happened);
    await expect.element(alert).toHaveTextContent(ja.tryUsed[tryUsed]);
    await expect.element(alert).toHaveTextContent('UNEXPECTED_STATUS · カードの応答: 6F00');
  });
});

describe('advice', () => {
  const fault = { code: 'READER_TIMED_OUT', facts: {}, tryUsed: 'no' as const };

  it('beside a card: finish and give it back', async () => {
    const screen = await render(CardFault, { state: { name: 'cardFault', reader, fault, cardPresent: true }, onfinish: () => undefined });
    await expect.element(screen.getByRole('alert')).toHaveTextContent('「終了してカードを返す」を押し');
    expect(document.body.textContent).not.toContain('リーダーを接続');
  });

  it('without a reader: connect it again', async () => {
    const screen = await render(NoReader, { state: { name: 'noReader', busy: false, fault }, ...unused });
    await expect.element(screen.getByRole('alert')).toHaveTextContent('もう一度「リーダーを接続」を押してください');
  });
});

describe('no reader', () => {
  it.each([
    ['knownReaders', ja.screens.connect],
    ['anyDevice', ja.screens.connectAny],
    ['hidBridge', ja.screens.connectBridge],
  ] as const)('offers %s', async (which, label) => {
    const onchoose = vi.fn();
    const screen = await render(NoReader, { ...unused, state: { name: 'noReader', busy: false }, onchoose });
    for (const details of document.querySelectorAll('details')) details.open = true;
    await screen.getByRole('button', { name: label }).click();
    expect(onchoose.mock.calls).toEqual([[which]]);
  });

  const refused = (name: string) => ({
    code: 'PROTECTED_CLASS',
    facts: { call: 'claimInterface', exception: 'SecurityError', vendorId: 0x072f, productId: 0x2200, name, level: 'extendedApdu' },
    tryUsed: 'no' as const,
  });

  it('a reader that pages may not use is named, with readers that they may, and what else can be done', async () => {
    const screen = await render(NoReader, { state: { name: 'noReader', busy: false, fault: refused('ACR122U') }, ...unused });
    await expect.element(screen.getByText('ACR122U')).toBeVisible();
    await expect.element(screen.getByText('072F:2200 · extendedApdu')).toBeVisible();
    for (const reader of ja.readers.reachable) await expect.element(screen.getByText(reader)).toBeVisible();
    await screen.getByText(ja.readers.otherWaysTitle).click();
    for (const way of ja.readers.otherWays) await expect.element(screen.getByText(way)).toBeVisible();
  });

  it('a name is text and nothing else', async () => {
    const screen = await render(NoReader, { state: { name: 'noReader', busy: false, fault: refused('<img src=x>') }, ...unused });
    await expect.element(screen.getByText('<img src=x>')).toBeVisible();
    expect(document.querySelector('img')).toBeNull();
  });

  it('says nothing of it at another fault', async () => {
    const fault = { code: 'INTERFACE_BUSY', facts: {}, tryUsed: 'no' as const };
    const screen = await render(NoReader, { state: { name: 'noReader', busy: false, fault }, ...unused });
    await expect.element(screen.getByText(ja.faults.INTERFACE_BUSY.happened)).toBeVisible();
    expect(document.body.textContent).not.toContain(ja.readers.reachableTitle);
  });
});

describe('waiting', () => {
  it('offers the cards that lie there, and takes the one that is pressed', async () => {
    const onchoosecard = vi.fn();
    const screen = await render(Waiting, { ...unused, state: { name: 'waitingForCard', reader, lying: [0, 1] }, onchoosecard });
    await expect.element(screen.getByRole('heading', { level: 1 })).toHaveTextContent(ja.readers.chooseCardTitle);
    await expect.element(screen.getByText(ja.readers.cardsLying(2))).toBeVisible();
    await screen.getByRole('button', { name: '読み取り口2のカードを確認する' }).click();
    expect(onchoosecard).toHaveBeenCalledExactlyOnceWith(1);
  });

  it('names the reader in use and the others, and takes the one that is pressed', async () => {
    const onuse = vi.fn();
    const others = [{ key: 'usb-2', name: 'RC-S300/S' }];
    const screen = await render(Waiting, { ...unused, state: { name: 'waitingForCard', reader }, others, onuse, onchoosecard: () => undefined });
    await expect.element(screen.getByText(reader.name)).toBeVisible();
    await screen.getByRole('button', { name: '「RC-S300/S」を使う' }).click();
    expect(onuse).toHaveBeenCalledExactlyOnceWith('usb-2');
  });

  it('without another reader that is folded away, and no card is spoken of', async () => {
    const screen = await render(Waiting, { ...unused, state: { name: 'waitingForCard', reader }, onchoosecard: () => undefined });
    expect(screen.getByRole('button', { name: ja.readers.connectAnother }).query()).toBeNull();
    expect(document.querySelector('[role=status]')).toBeNull();
  });

  it('in practice no other reader is spoken of', async () => {
    await render(Waiting, { ...unused, mayChange: false, state: { name: 'waitingForCard', reader }, onchoosecard: () => undefined });
    expect(document.querySelector('details')).toBeNull();
  });
});
