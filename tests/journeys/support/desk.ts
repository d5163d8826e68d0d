/** A desk with readers that outlive the tabs over them: what a clerk does with cables, cards, tabs and the lid of the computer. */
import { expect, type BrowserContext, type Page } from '@playwright/test';
import type { ReaderProfileName } from '#simulator';
import { virtualUsbScript } from './build-virtual-usb.ts';
import type { DeskReaders } from './virtual-usb-page.ts';

/** The cards' own counters, by EF of the credential (driver-licence and card-info applets). */
export interface Tries {
  readonly licencePin: number;
  readonly numberB: number;
  /** VERIFY commands with reference data that reached the card since it was made. */
  readonly verifyCommands: number;
}

/** As COOP and COEP of the served pages: only then a tab keeps the page that opened it. */
const headers = { 'content-type': 'text/html', 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

export class Desk {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(context: BrowserContext, readers: DeskReaders): Promise<Desk> {
    await context.addInitScript((given) => {
      window.deskReaders = given;
    }, readers);
    await context.addInitScript({ path: virtualUsbScript });
    await context.route('**/desk', (route) => route.fulfill({ headers, body: '<!doctype html><title>desk</title>' }));
    const page = await context.newPage();
    await page.goto('/desk');
    return new Desk(page);
  }

  /** A desk with one reader, permitted on an earlier day, and a tab over it. */
  static async withTab(context: BrowserContext, profile: ReaderProfileName = 'practice'): Promise<{ desk: Desk; tab: Page }> {
    const desk = await Desk.open(context, { reader: { profile } });
    return { desk, tab: await desk.openTab() };
  }

  async openTab(path = '/'): Promise<Page> {
    const [tab] = await Promise.all([this.page.context().waitForEvent('page'), this.page.evaluate(() => void window.open('/desk'))]);
    await tab.waitForURL('**/desk');
    await tab.goto(path);
    await expect(tab.getByRole('heading', { level: 1 })).toBeVisible();
    return tab;
  }

  async insert(card: string, { reader = 'reader', slot = 0 } = {}): Promise<void> {
    await this.page.evaluate((given) => window.desk.insert(given.reader, given.card, given.slot), { card, reader, slot });
  }

  async remove({ reader = 'reader', slot = 0 } = {}): Promise<void> {
    await this.page.evaluate((given) => window.desk.readers[given.reader]?.removeCard(given.slot), { reader, slot });
  }

  async unplug(reader = 'reader'): Promise<void> {
    await this.page.evaluate((name) => window.desk.readers[name]?.unplug(), reader);
  }

  async plugIn(reader = 'reader'): Promise<void> {
    await this.page.evaluate((name) => window.desk.readers[name]?.plugIn(), reader);
  }

  /** The lid is shut for that long; what the system does to the reader meanwhile is told apart in virtual-reader.ts. */
  async sleepAndWake(how: 'kept' | 'dead' | 'replugged', duration: string, reader = 'reader'): Promise<void> {
    if (how === 'replugged') await this.unplug(reader);
    else await this.page.evaluate((given) => window.desk.readers[given.reader]?.sleepAndWake(given.how), { how, reader });
    await this.page.context().clock.fastForward(duration);
    if (how === 'replugged') await this.plugIn(reader);
  }

  async tries(card: string): Promise<Tries> {
    return this.page.evaluate((name) => {
      const credentials = window.desk.cards.get(name)?.snapshot().credentials ?? [];
      const remaining = (efIdentifier: number): number => credentials.find((credential) => credential.efIdentifier === efIdentifier)?.remaining ?? -1;
      return {
        licencePin: remaining(0x0006),
        numberB: remaining(0x0015),
        verifyCommands: credentials.reduce((sum, { verifyCount }) => sum + verifyCount, 0),
      };
    }, card);
  }

  /** What the reader was sent and should not have been. */
  async unexpectedInput(reader = 'reader'): Promise<readonly string[]> {
    return this.page.evaluate((name) => window.desk.readers[name]?.unexpectedInput.map(({ message }) => message) ?? [], reader);
  }
}
