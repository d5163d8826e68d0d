/**
 * The web app manifest of the Isolated Web App: the page's own, plus what the browser asks of a bundle (WICG isolated-web-apps,
 * Permissions.md; browser-and-readers.md §11). In a bundle every permissions-policy feature is off until the manifest names it.
 */

/** Where the browser looks for it, whatever the pages link to. */
export const manifestPath = '/.well-known/manifest.webmanifest';

/** What the app uses and no more. */
const features = [
  // Asked of every bundle.
  'cross-origin-isolated',
  'usb',
  // Lifts WebUSB's protected classes: readers of class 0x0B.
  'usb-unrestricted',
  // HID bridges.
  'hid',
  // Readers of the operating system (ChromeOS).
  'smart-card',
  // The diagnosis report on the clipboard, when somebody presses that key.
  'clipboard-write',
];

/**
 * @typedef {object} PageManifest
 * @property {readonly { readonly type: string }[]} icons
 */

/**
 * @param {PageManifest} page the manifest of the page (static/manifest.webmanifest)
 * @param {string} version of the app: an update must have a higher one
 * @returns {Record<string, unknown>}
 */
export function appManifest(page, version) {
  // Chromium takes one to four numbers, no tags: web_app::IwaVersion.
  if (!/^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){0,3}$/u.test(version)) throw new Error(`A bundle needs a version of numbers and dots, not ${version}`);
  // Measured in Chromium 156: an icon in SVG ends the installation with "Error during icon downloading".
  const icons = page.icons.filter(({ type }) => type === 'image/png');
  return { ...page, icons, version, permissions_policy: Object.fromEntries(features.map((feature) => [feature, ['self']])) };
}
