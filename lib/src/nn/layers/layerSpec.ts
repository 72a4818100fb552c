/** [before, after] along each axis of space. */
export type Sides = readonly (readonly [number, number])[];

/**
 * What a builder says that it made: a type of `layerTypes` and its settings. The table knows which
 * settings those are; layers themselves need not know the table.
 */
export interface BuiltSpec {
  readonly type: string;
  readonly [setting: string]: unknown;
}
