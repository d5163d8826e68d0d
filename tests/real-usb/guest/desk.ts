/** One counter for one scenario: a virtual reader in the kernel, a fresh Chromium in front of it, and what must hold when it is over. */
import type { BrowserContext, Page } from '@playwright/test';
import { practiceCards, virtualReader, type CredentialSnapshot, type ReaderProfileName, type VirtualCard, type VirtualReader } from '#simulator';
import { freshProfile, launchChromium } from './chromium.ts';
import { plug, type PluggedReader } from './plug.ts';

/** `service` is the app as it is built. In `practice` its practice mode has the browser's readers instead of the simulator's. */
export const origins = { service: 'http://localhost:4173', practice: 'http://localhost:4174' } as const;

export class Desk {
  readonly reader: VirtualReader;
  readonly cable: PluggedReader;
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #card: VirtualCard;
  readonly #before: readonly CredentialSnapshot[];

  constructor({ reader, cable, page, card }: { reader: VirtualReader; cable: PluggedReader; page: Page; card: VirtualCard }) {
    this.reader = reader;
    this.cable = cable;
    this.page = page;
    this.#context = page.context();
    this.#card = card;
    this.#before = card.snapshot().credentials;
  }

  insertCard(): void {
    this.reader.insertCard(this.#card);
  }

  /** @throws Error when a try was burned, a number was sent other than it was entered, or the reader met what no host may send */
  assertUnharmed({ leastSent, mostSent }: { readonly leastSent: number; readonly mostSent: number }): void {
    const after = this.#card.snapshot().credentials;
    const burned = after.filter(({ remaining }, index) => remaining < (this.#before[index]?.remaining ?? Number.NaN));
    if (burned.length > 0) throw new Error(`tries burned: ${String(burned.length)} counters fell`);
    const sent = after.reduce((sum, { verifyCount }) => sum + verifyCount, 0);
    if (sent < leastSent || sent > mostSent) throw new Error(`VERIFY with data: ${String(sent)} times, not ${String(leastSent)} to ${String(mostSent)}`);
    this.reader.assertNoUnexpectedInput();
  }

  async close(): Promise<void> {
    await this.#context.close();
    await this.cable.close();
  }
}

/** In front of an ordinary page. */
async function emptyPage(): Promise<Page> {
  const context = await launchChromium(await freshProfile());
  return context.pages()[0] ?? (await context.newPage());
}

/** A plugged-in reader and a page (an empty one unless told); the `standard` card is in the hand of the clerk. */
export async function openDesk(profile: ReaderProfileName, openPage: () => Promise<Page> = emptyPage): Promise<Desk> {
  const image = await practiceCards.find(({ name }) => name === 'standard')?.load();
  if (image === undefined) throw new Error('no standard card');
  const reader = virtualReader({ profile, card: image });
  const { card } = reader;
  if (card === undefined) throw new Error('no card on the reader');
  reader.removeCard();
  const cable = await plug(reader);
  return new Desk({ reader, cable, card, page: await openPage() });
}
