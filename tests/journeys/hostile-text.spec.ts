/** What a card says is text and stays text, whatever it contains; and the page asks nobody but its own server. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { enterNumberB, enterPin, openPractice } from './support/counter.ts';

interface ImageJson {
  applications: { aid: string; files: Record<string, { bytes: string }> }[];
}

/** The standard card with another name in EF 0002: the signature no longer fits, and the text is shown all the same. */
function cardNamed(name: string): string {
  const file = path.join(import.meta.dirname, '..', '..', 'src/lib/simulator/cards/standard.json');
  const image = JSON.parse(readFileSync(file, 'utf8')) as ImageJson;
  const details = image.applications.find(({ aid }) => aid === 'D3921000310001010408')?.files['0002'];
  if (details === undefined) throw new Error('no EF 0002');
  const object = (tag: string, value: Buffer): Buffer =>
    Buffer.concat([
      Buffer.from(tag, 'hex'),
      value.length < 128 ? Buffer.from([value.length]) : Buffer.from([0x82, value.length >> 8, value.length & 0xff]),
      value,
    ]);
  const objects = [
    object('DF22', Buffer.from(name, 'utf8')),
    object('DF23', Buffer.from('東京都', 'utf8')),
    object('DF24', Buffer.from('19900515')),
    object('DF25', Buffer.from('2')),
  ];
  const length = 11 + objects.reduce((sum, part) => sum + part.length, 0);
  const header = length < 128 ? 3 : 5;
  const offsets = Buffer.alloc(8);
  let offset = header + 11;
  objects.forEach((part, index) => {
    offsets.writeUInt16BE(offset, index * 2);
    offset += part.length;
  });
  details.bytes = object('FF20', Buffer.concat([object('DF21', offsets), ...objects]))
    .toString('hex')
    .toUpperCase();
  return JSON.stringify(image);
}

const names = [
  ['markup', '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>'],
  ['right-to-left marks', '免許\u202e子花\u2066'],
  ['200 characters', '長'.repeat(200)],
  ['private use and supplementary planes', '\ue000𠮷\u{e0100}'],
  ['a formula', '=HYPERLINK("http://example.invalid")'],
] as const;

for (const [what, name] of names) {
  test(`a name of ${what} is shown as text`, async ({ page }) => {
    const strangers: string[] = [];
    page.on('request', (request) => {
      if (new URL(request.url()).hostname !== 'localhost') strangers.push(request.url());
    });
    await openPractice(page);
    await page.getByLabel('カードのファイルを開く').setInputFiles({ name: 'card.json', mimeType: 'application/json', buffer: Buffer.from(cardNamed(name)) });
    await enterPin(page, '1234');
    await enterNumberB(page, '02051520344821');
    await expect(page.getByRole('heading', { name: '確認の結果' })).toBeVisible();
    await expect(page.getByText('DIGEST_MISMATCH').first()).toBeVisible();
    expect(await page.evaluate((wanted) => document.body.textContent.includes(wanted), name)).toBe(true);
    expect(await page.title()).not.toContain('owned');
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    expect(strangers).toEqual([]);
  });
}
