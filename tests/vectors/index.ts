export { default as commandApduVectors } from './command-apdu.json' with { type: 'json' };
