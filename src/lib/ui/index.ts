export { default as CounterPage } from './counter-page.svelte';
export { language } from './language.svelte.ts';
export { default as LogPage } from './log/log-page.svelte';
