import { describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import type { AuditEntry, LicenceResult } from '#session';
import { en } from '../messages/en.ts';
import { ja } from '../messages/ja.ts';
import { licenceOf, notChecked, resultOf } from '../test/samples.ts';
import { keptItems, readItems } from './receipt-items.ts';
import Receipt from './receipt.svelte';

const none = { verdict: 'notChecked', reasons: ['TRUST_ANCHOR_MISSING'], anchorFingerprints: [] } as const;
const entry: AuditEntry = {
  version: 1,
  sequence: 0,
  event: 'check',
  at: 0,
  mode: 'service',
  licence: none,
  personalDetails: none,
  reasons: [],
  appBuild: '0.1.0+test',
  bootId: '00',
  clock: 'running',
  previousHash: '0'.repeat(64),
  hash: 'EF'.repeat(32),
};
const { kept, ...words } = ja.screens;

describe('what is kept', () => {
  it('no hash of a number that was not read, no keys that were not used', () => {
    expect(keptItems(entry, ja.screens)).toEqual([kept.time, kept.verdicts, kept.build]);
  });

  it('what the entry holds is listed', () => {
    const whole: AuditEntry = {
      ...entry,
      licence: { verdict: 'genuine', reasons: [], anchorFingerprints: ['AB'.repeat(32)] },
      licenceNumberHash: 'CD'.repeat(32),
      reader: '1234:5678 extendedApdu',
    };
    expect(keptItems(whole, ja.screens)).toEqual([kept.time, kept.verdicts, kept.anchors, kept.numberHash, kept.reader, kept.build]);
  });

  it('nothing when it could not be recorded', async () => {
    const screen = await render(Receipt, { result: resultOf(), recording: { state: 'failed', code: 'LOG_APPEND_FAILED' } });
    await expect.element(screen.getByText(words.keptNothing)).toBeVisible();
    expect(document.body.textContent).not.toContain(kept.numberHash);
  });

  it('the screen shows the list of the entry', async () => {
    const screen = await render(Receipt, { result: resultOf(), recording: { state: 'recorded', entry: { ...entry, reader: '1234:5678 tpdu' } } });
    await expect.element(screen.getByText('リーダーの機種')).toBeVisible();
    await expect.element(screen.getByText('ソフトの版')).toBeVisible();
    expect(document.body.textContent).not.toContain(kept.numberHash);
  });
});

describe('what was read', () => {
  const bytes = new Uint8Array();

  it('a signature is listed only where it was read, a photo only where there is one', () => {
    const { photo, ...withoutPhoto } = licenceOf([]);
    expect(photo).toBeDefined();
    const licence: LicenceResult = { licence: withoutPhoto, files: { pinSetting: bytes, record: bytes }, verdict: notChecked };
    const without = readItems({ licence, personalDetails: { notRead: 'SKIPPED' } }, ja.screens);
    expect(without).toHaveLength(1);
    expect(without[0]).toContain(words.expiryWords);
    expect(without[0]).not.toContain(words.photo);
    const signed = readItems({ licence: { ...licence, files: { ...licence.files, signature: bytes } }, personalDetails: { notRead: 'SKIPPED' } }, ja.screens);
    expect(signed).toContain(words.readLicenceSignature);
    expect(without).not.toContain(words.readLicenceSignature);
    const whole = readItems({ licence: { ...licence, licence: licenceOf([]) }, personalDetails: { notRead: 'SKIPPED' } }, ja.screens);
    expect(whole[0]).toContain(words.photo);
  });

  it('what was read and not understood is not passed over; what was skipped is not claimed', () => {
    const items = readItems({ licence: { notRead: 'DATA_UNREADABLE' }, personalDetails: { notRead: 'SKIPPED' } }, en.screens);
    expect(items).toEqual([en.screens.readLicenceUnclear]);
  });
});
