/**
 * Condition texts brought into one spelling before they are compared: product.md §10.4. The original is kept and shown, never this.
 * Full and half width, brackets, 及び / と / 、, AT / オートマチック / ノークラッチ式, t / T.
 */
const separators = /及び|および|[、，,・]/gu;
const automatic = /AT\(オートマチック\)車?|(?:AT|オートマチック|ノークラッチ式)車?/giu;

export function normaliseCondition(text: string): string {
  return text.normalize('NFKC').replace(/\s/gu, '').replace(separators, 'と').replace(automatic, 'AT車').replace(/(\d)T/gu, '$1t');
}
