export { transcript, transcriptNames } from './library.ts';
export { replaySlot, type ReplayOptions, type ReplaySlot } from './replay-slot.ts';
export { parseTranscript, type TranscriptLine } from './transcript.ts';
