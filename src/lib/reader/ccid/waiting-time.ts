/**
 * How long a card may take for one block. ISO/IEC 7816-3 §10.2 (T=0) and §11.4.3 (T=1), at 372/1 and the reader's default clock,
 * with a second for the reader. Bounded on both sides: the formulas reach minutes for cards that answer in milliseconds.
 */
import type { Atr } from '../atr.ts';
import type { CcidTimeouts } from './timeouts.ts';

const BLOCK_LENGTH = 260;

/** Time-out of one XfrBlock [ms]. */
export function blockTimeoutMs(atr: Atr, clockKhz: number, timeouts: CcidTimeouts): number {
  const elementaryTimeMs = 372 / clockKhz;
  const formula = atr.protocols.includes(1) ? t1Ms(atr, elementaryTimeMs, clockKhz) : t0Ms(atr, elementaryTimeMs, clockKhz);
  return Math.min(timeouts.longestReplyMs, Math.max(timeouts.replyMs, Math.ceil(formula)));
}

function t1Ms({ t1, extraGuardTime }: Atr, elementaryTimeMs: number, clockKhz: number): number {
  const guardTime = (extraGuardTime === 255 ? 11 : 12 + extraGuardTime) * elementaryTimeMs;
  const blockWaiting = 11 * elementaryTimeMs + (2 ** t1.bwi * 960 * 372) / clockKhz;
  const characterWaiting = (11 + 2 ** t1.cwi) * elementaryTimeMs;
  return BLOCK_LENGTH * (guardTime + characterWaiting) + blockWaiting + 1_000;
}

function t0Ms({ waitingInteger, extraGuardTime }: Atr, elementaryTimeMs: number, clockKhz: number): number {
  const guardTime = (12 + (extraGuardTime === 255 ? 0 : extraGuardTime)) * elementaryTimeMs;
  const waiting = (960 * waitingInteger * 372) / clockKhz;
  return Math.max(261 * guardTime + 6 * waiting, 5 * guardTime + BLOCK_LENGTH * waiting);
}
