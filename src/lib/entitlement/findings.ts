/** What one group of rules found: its reasons, and the fields of the vehicle it would have needed. */
import type { EntitlementReason } from './entitlement-reason.ts';
import type { VehicleField } from './known-vehicle.ts';

export interface Findings {
  readonly reasons: readonly EntitlementReason[];
  readonly missing: readonly VehicleField[];
}

export function found(reasons: readonly EntitlementReason[], missing: readonly VehicleField[] = []): Findings {
  return { reasons, missing };
}

export function together(all: readonly Findings[]): Findings {
  return { reasons: all.flatMap(({ reasons }) => reasons), missing: [...new Set(all.flatMap(({ missing }) => missing))] };
}
