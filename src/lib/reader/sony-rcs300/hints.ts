/** Which strategy answered last on a reader of this kind: tried first the next time, and never believed without proof. Kept while the page lives. */
import type { StrategyName } from './strategies/strategy.ts';

export interface ReaderKind {
  readonly vendorId: number;
  readonly productId: number;
  /** As the reader told it; readers that tell none are of one kind. */
  readonly firmware: string | undefined;
}

const hints = new Map<string, StrategyName>();

export function hintFor(kind: ReaderKind): StrategyName | undefined {
  return hints.get(keyOf(kind));
}

export function rememberHint(kind: ReaderKind, strategy: StrategyName): void {
  hints.set(keyOf(kind), strategy);
}

function keyOf({ vendorId, productId, firmware }: ReaderKind): string {
  return [vendorId.toString(16), productId.toString(16), firmware ?? ''].join(':');
}
