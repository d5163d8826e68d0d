export { default as CounterPage } from './counter-page.svelte';
export { default as DiagnosisPage } from './diagnosis/diagnosis-page.svelte';
export { language } from './language.svelte.ts';
export { default as LogPage } from './log/log-page.svelte';
