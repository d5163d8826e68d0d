import { describe, expect, it } from 'vitest';
import { mayClaimProtectedClasses } from './protected-classes.ts';

const pageWith = (...features: readonly string[]): { featurePolicy: { allowedFeatures(): readonly string[] } } => ({
  featurePolicy: { allowedFeatures: () => features },
});

describe('mayClaimProtectedClasses', () => {
  it('yes by usb-unrestricted alone (lists as Chromium 156 gave them)', () => {
    expect(mayClaimProtectedClasses(pageWith('cross-origin-isolated', 'usb', 'usb-unrestricted', 'hid', 'clipboard-write'))).toBe(true);
    expect(mayClaimProtectedClasses(pageWith('cross-origin-isolated', 'usb', 'hid'))).toBe(false);
  });

  it('no where there is no such list', () => {
    expect(mayClaimProtectedClasses({})).toBe(false);
  });

  // What Chromium says of itself: the tests run on an ordinary page.
  it.runIf(typeof document !== 'undefined')('no on an ordinary page', () => {
    expect(mayClaimProtectedClasses(document)).toBe(false);
    expect(document).toHaveProperty('featurePolicy');
  });
});
