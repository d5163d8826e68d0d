/** What a person typed is gone after every end, and it, the individual number and the holder stand nowhere they do not belong. product §15. */
import { afterEach, describe, expect, it } from 'vitest';
import type { CardImage } from '#simulator';
import type { Entry } from './card-session.ts';
import type { CheckResult } from './state.ts';
import { image, noticed, openTestCounter, secret, settled, type TestCounter } from './test/counter.ts';
import { altered, CARD_INFO_AID, LICENCE_AID, WatchedCard, withTries } from './test/watched-card.ts';

/** Digits that stand nowhere else on the card. */
const PIN = '7391';
const WRONG_PIN = '6042';
const CARD_INFO_PIN = '8517';
/** 個人番号 of the standard card (EF 0001, never read). */
const INDIVIDUAL_NUMBER = '123456789018';

let open: TestCounter | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

type End = (scene: Scene) => void;

async function secretive(): Promise<CardImage> {
  const card = await image('standard');
  const encoder = new TextEncoder();
  const withPin = altered(card, LICENCE_AID, (application) => ({
    ...application,
    credentials: new Map(
      [...application.credentials].map(([id, credential]) => [id, id === 0x0006 ? { ...credential, value: encoder.encode(PIN) } : credential]),
    ),
  }));
  return altered(withPin, CARD_INFO_AID, (application) => ({
    ...application,
    credentials: new Map(
      [...application.credentials].map(([id, credential]) => [id, id === 0x0011 ? { ...credential, value: encoder.encode(CARD_INFO_PIN) } : credential]),
    ),
  }));
}

interface Scene {
  readonly counter: TestCounter;
  readonly card: CardImage;
  readonly onReader: WatchedCard;
  /** An entry whose bytes are kept under observation. */
  type(pin?: string): Entry;
  typePins(): Entry;
  /** True when everything typed is zeros by now. */
  isWiped(): boolean;
}

async function atEntry(change: (card: CardImage) => CardImage = (card) => card): Promise<Scene> {
  const card = change(await secretive());
  const onReader = new WatchedCard(card);
  const counter = await openTestCounter({ image: card, onReader });
  open = counter;
  await counter.session.reopenReader();
  await counter.until('entry');
  const typed: Uint8Array[] = [];
  const observed = (text: string): ReturnType<typeof secret> => {
    const typing = secret(text);
    typing.lend((bytes) => typed.push(bytes));
    return typing;
  };
  return {
    counter,
    card,
    onReader,
    type: (pin = PIN) => ({ licence: { pin: observed(pin) }, personalDetails: { numberB: observed(card.enter.numberB) } }),
    typePins: () => ({ licence: { pin: observed(PIN) }, personalDetails: { pin: observed(CARD_INFO_PIN) } }),
    isWiped: () => typed.length > 0 && typed.every((bytes) => bytes.every((byte) => byte === 0)),
  };
}

/** A number that stands alone: a hash may hold any digits. */
function standsIn(text: string, digits: string): boolean {
  return new RegExp(`(?<![0-9A-Fa-f])${digits}(?![0-9A-Fa-f])`, 'u').test(text);
}

async function expectNothingSaid({ counter, card }: Scene, holder: readonly string[] = []): Promise<void> {
  const exported = await counter.log.exportJson();
  const diagnostics = counter.session.diagnostics().join('\n');
  const states = JSON.stringify(counter.states);
  expect(counter.states.length).toBeGreaterThan(2);
  for (const text of [exported, diagnostics, states]) {
    for (const digits of [PIN, WRONG_PIN, CARD_INFO_PIN, card.enter.numberB, INDIVIDUAL_NUMBER]) expect(standsIn(text, digits)).toBe(false);
    expect(text).not.toContain(card.enter.numberB);
    expect(text).not.toContain(INDIVIDUAL_NUMBER);
    expect(text).not.toContain(bytesInJson(PIN));
    expect(text).not.toContain(bytesInJson(card.enter.numberB));
  }
  for (const text of [exported, diagnostics]) {
    for (const word of holder) expect(text).not.toContain(word);
    expect(text).not.toMatch(/(?<![0-9A-Fa-f])\d{12}(?![0-9A-Fa-f])/u);
    // Nobody's words but codes and fields of ours.
    expect(text).not.toMatch(/[\u3000-\uFFFF]/u);
  }
  expect(counter.session.diagnostics().length).toBeLessThanOrEqual(200);
}

/** How ASCII digits look in a Uint8Array that was stringified: `"0":55,"1":51`. */
function bytesInJson(digits: string): string {
  return JSON.stringify(new TextEncoder().encode(digits)).slice(1, -1);
}

/** Name, address, number of the licence: what a log must not hold. */
function holderOf({ licence, personalDetails }: CheckResult): string[] {
  if (!('licence' in licence) || !('details' in personalDetails)) throw new Error('not all was read');
  const { details } = personalDetails;
  const number = licence.licence.recordNumber;
  const words = [details.name.text, details.address.text, number !== undefined && 'value' in number ? number.value : undefined];
  return words.map((word) => {
    if (word === undefined || word.length < 3) throw new Error('not all could be read');
    return word;
  });
}

describe('after every end', () => {
  it('a result: the typed bytes are zeros, and the log knows nobody', async () => {
    const scene = await atEntry();
    scene.counter.session.submit(scene.type());
    const { result } = await scene.counter.until('result');
    expect(scene.isWiped()).toBe(true);
    expect(result.lamps.genuine.state).toBe('genuine');
    const holder = holderOf(result);
    // The state shows the holder, as it should; so these words are what to look for.
    for (const word of holder) expect(JSON.stringify(scene.counter.session.state)).toContain(word);
    await expectNothingSaid(scene, holder);
  });

  it('a result by the card-info PIN', async () => {
    const scene = await atEntry();
    scene.counter.session.submit(scene.typePins());
    const { result } = await scene.counter.until('result');
    expect(scene.isWiped()).toBe(true);
    expect(scene.onReader.verifies().map(({ file }) => file)).toEqual(['0006', '0011']);
    await expectNothingSaid(scene, holderOf(result));
  });

  it('a wrong PIN: that PIN is zeros at once, the rest with the next end', async () => {
    const scene = await atEntry();
    scene.counter.session.submit(scene.type(WRONG_PIN));
    await scene.counter.until('entry');
    scene.counter.session.cancel();
    expect(scene.isWiped()).toBe(true);
    await noticed();
    await expectNothingSaid(scene);
  });

  it('a blocked PIN', async () => {
    const scene = await atEntry((card) => withTries(card, LICENCE_AID, 0x0006, 2));
    for (const pin of [WRONG_PIN, WRONG_PIN]) {
      scene.counter.session.submit({ ...scene.type(pin), personalDetails: 'skip' });
      if ((await settled(scene.counter)).name === 'confirmLastTry') scene.counter.session.confirmLastTry();
      await settled(scene.counter);
    }
    expect(scene.counter.session.state).toMatchObject({ name: 'entry', failure: { outcome: 'blocked' } });
    expect(scene.onReader.snapshot().credentials.find(({ efIdentifier }) => efIdentifier === 0x0006)?.remaining).toBe(0);
    await expectNothingSaid(scene);
  });

  it.each<[string, End]>([
    ['cancelled while it is read', (scene: Scene) => scene.counter.session.cancel()],
    ['closed while it is read', (scene: Scene) => void scene.counter.session.close()],
    ['unplugged while it is read', (scene: Scene) => scene.counter.reader.unplug()],
  ])('%s', async (_name, end) => {
    const scene = await atEntry();
    scene.counter.session.submit(scene.type());
    end(scene);
    await settled(scene.counter);
    expect(scene.isWiped()).toBe(true);
    await expectNothingSaid(scene);
  });

  it.each<[string, End]>([
    ['cancelled', (scene: Scene) => scene.counter.session.cancel()],
    ['closed', (scene: Scene) => void scene.counter.session.close()],
    ['unplugged', (scene: Scene) => scene.counter.reader.unplug()],
    ['declined, then the card taken', takenAfterDeclining],
    ['left alone for a minute', (scene: Scene) => scene.counter.timers.pass(60_000)],
    ['the card taken', (scene: Scene) => scene.counter.reader.removeCard()],
  ])('a last try that is %s', async (_name, end) => {
    const scene = await atEntry((card) => withTries(card, LICENCE_AID, 0x0006, 1));
    scene.counter.session.submit(scene.type());
    await scene.counter.until('confirmLastTry');
    expect(scene.isWiped()).toBe(false);
    end(scene);
    await noticed();
    await settled(scene.counter);
    expect(scene.isWiped()).toBe(true);
    expect(scene.onReader.verifies()).toEqual([]);
    await expectNothingSaid(scene);
  });

  it('a fault in the middle', async () => {
    const scene = await atEntry();
    scene.onReader.lie = ([, ins]) => (ins === 0xb0 ? '6F00' : undefined);
    scene.counter.session.submit(scene.type());
    await scene.counter.until('cardFault');
    expect(scene.isWiped()).toBe(true);
    await expectNothingSaid(scene);
  });

  it('a fault during VERIFY', async () => {
    const scene = await atEntry();
    scene.counter.reader.faults.set([{ kind: 'cardMute', executed: true, ins: 0x20, from: 2 }]);
    scene.counter.session.submit(scene.type());
    await scene.counter.until('cardFault');
    expect(scene.isWiped()).toBe(true);
    await expectNothingSaid(scene);
  });

  it('an entry that comes too late, or twice, is wiped unread', async () => {
    const scene = await atEntry();
    scene.counter.session.submit(scene.type());
    scene.counter.session.submit(scene.type());
    await scene.counter.until('result');
    scene.counter.session.submit(scene.type());
    expect(scene.isWiped()).toBe(true);
    expect(scene.onReader.verifies()).toHaveLength(2);
    await expectNothingSaid(scene);
  });

  it('the result itself is gone when the check is finished', async () => {
    const scene = await atEntry();
    scene.counter.session.submit(scene.type());
    const { result } = await scene.counter.until('result');
    const holder = holderOf(result);
    scene.counter.session.finish();
    const text = JSON.stringify(scene.counter.session.state);
    expect(scene.counter.session.state.name).toBe('returnCard');
    for (const word of holder) expect(text).not.toContain(word);
  });
});

describe('the individual number', () => {
  it('is not even asked for: EF 0001 and key 0014 are never selected', async () => {
    const scene = await atEntry();
    scene.counter.session.submit(scene.type());
    await scene.counter.until('result');
    const files = scene.onReader.seen.map(({ aid, file }) => `${aid}/${file}`);
    expect(files).toContain(`${CARD_INFO_AID}/0002`);
    for (const file of ['0001', '0012', '0014']) expect(files).not.toContain(`${CARD_INFO_AID}/${file}`);
  });
});

function takenAfterDeclining({ counter }: Scene): void {
  counter.session.declineLastTry();
  counter.reader.removeCard();
}
