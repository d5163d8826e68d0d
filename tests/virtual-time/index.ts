export { VirtualTime, type VirtualTimeOptions } from './virtual-time.ts';
export { type RememberedCalls } from './held-web-crypto.ts';
