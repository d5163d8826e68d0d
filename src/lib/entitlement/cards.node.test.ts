/** The licences of the shared card images, each asked about vehicles. The images were made by others; what is expected is read off product.md §10.3 and §10.4. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { unhex } from '#bytes';
import { parseLicenceRecord } from '#card';
import { mayDrive } from './may-drive.ts';
import { car, carOf, day } from './test/question.ts';
import type { Vehicle } from './vehicle.ts';

const folder = '../shared/data/cards';
const licenceAid = 'A0000002310600000000000000000000';

interface CardImage {
  readonly applications: readonly { readonly aid: string; readonly files: Readonly<Record<string, { readonly bytes: string }>> }[];
}

function licenceOn(card: string) {
  const { applications } = JSON.parse(readFileSync(`${folder}/${card}.json`, 'utf8')) as CardImage;
  const record = applications.find(({ aid }) => aid === licenceAid)?.files['001B'];
  return record === undefined ? ('noApplication' as const) : parseLicenceRecord(unhex(record.bytes)).licence;
}

const lorry = (grossWeightKg: number, changes: Partial<Vehicle> = {}): Vehicle => carOf({ grossWeightKg, maxLoadKg: 1_000, seats: 3, ...changes });

describe.skipIf(!existsSync(folder))('the shared cards', () => {
  it.each<{ card: string; name: string; vehicle: Vehicle; reasons: string[]; today?: string }>([
    { card: 'standard', name: 'a car', vehicle: car, reasons: ['notice GLASSES_REQUIRED'] },
    { card: 'standard', name: '3.5 t', vehicle: lorry(3_500), reasons: ['NG CLASS_INSUFFICIENT', 'notice GLASSES_REQUIRED'] },
    { card: 'expired', name: 'a car', vehicle: car, reasons: ['NG EXPIRED', 'notice GLASSES_REQUIRED'] },
    { card: 'eight-ton', name: '7.9 t', vehicle: lorry(7_999), reasons: ['notice GLASSES_REQUIRED'] },
    { card: 'eight-ton', name: '8 t', vehicle: lorry(8_000), reasons: ['NG CLASS_INSUFFICIENT', 'notice GLASSES_REQUIRED'] },
    { card: 'eight-ton', name: '11 seats', vehicle: lorry(7_000, { seats: 11 }), reasons: ['NG CLASS_INSUFFICIENT', 'notice GLASSES_REQUIRED'] },
    { card: 'eight-ton', name: 'manual', vehicle: carOf({ transmission: 'manual' }), reasons: ['NG AT_ONLY_MT_VEHICLE', 'notice GLASSES_REQUIRED'] },
    {
      card: 'eight-ton',
      name: 'manual, 7 t',
      vehicle: lorry(7_000, { transmission: 'manual' }),
      reasons: ['REVIEW CONDITION_UNKNOWN', 'notice GLASSES_REQUIRED'],
    },
    { card: 'eight-ton', name: '900 cc', vehicle: { kind: 'motorcycle', displacementCc: 900 }, reasons: ['notice GLASSES_REQUIRED'] },
    { card: 'truck', name: 'a coach for hire', vehicle: lorry(14_000, { seats: 60, isForHire: true }), reasons: ['REVIEW REMARK_UNKNOWN'] },
    { card: 'truck', name: '25 t with a trailer', vehicle: lorry(25_000, { trailer: { grossWeightKg: 20_000 } }), reasons: ['REVIEW REMARK_UNKNOWN'] },
    { card: 'truck', name: '250 cc', vehicle: { kind: 'motorcycle', displacementCc: 250 }, reasons: ['NG CLASS_INSUFFICIENT', 'REVIEW REMARK_UNKNOWN'] },
    { card: 'long-name', name: 'a car', vehicle: car, reasons: ['REVIEW CONDITION_UNKNOWN', 'REVIEW CONDITION_UNKNOWN'] },
    { card: 'history-only', name: 'a car', vehicle: car, reasons: ['NG HISTORY_ONLY'] },
    { card: 'no-licence', name: 'a car', vehicle: car, reasons: ['REVIEW LICENCE_NOT_CHECKED'] },
  ])('$card, $name: $reasons', ({ card, vehicle, reasons }) => {
    const today = day('2026-11-20');
    const question = { licence: licenceOn(card), vehicle, person: 'notRead', today, clockTrusted: true, policy: {}, confirmed: ['GLASSES_REQUIRED'] } as const;
    expect(mayDrive(question).reasons.map(({ code, severity }) => `${severity} ${code}`)).toEqual(reasons);
  });
});
