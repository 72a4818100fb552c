/**
 * Objects of one kind (tracks, vertices) inside a flat sample: [features, objects] from entry
 * `start` on.
 */
export interface ObjectGroup {
  readonly start: number;
  readonly features: number;
  readonly objects: number;
}
