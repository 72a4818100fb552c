/**
 * Whether sweeps and sizes are taken whole: tests/slow/whole.test.ts runs the files that ask so,
 * and `PHASELENS_WHOLE=1 npm test` all of them.
 */
export const whole = Boolean(process.env.PHASELENS_WHOLE);
