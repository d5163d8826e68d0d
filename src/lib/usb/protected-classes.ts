/**
 * Whether this page may claim USB interfaces of protected classes, 0x0B among them: Permissions Policy feature `usb-unrestricted`,
 * which exists in Isolated Web Apps alone (browser-and-readers.md §3.4). On an ordinary page Chromium does not know the feature.
 */
const FEATURE = 'usb-unrestricted';

/** The list is asked for: `allowsFeature()` would warn on the console of every ordinary page that it does not know the name. */
export function mayClaimProtectedClasses(page: object): boolean {
  // TypeScript's DOM knows no Permissions Policy; this is W3C Permissions Policy §9 as Chromium, the one browser with WebUSB, has it.
  const { featurePolicy } = page as { readonly featurePolicy?: { allowedFeatures(): readonly string[] } };
  return featurePolicy?.allowedFeatures().includes(FEATURE) ?? false;
}
