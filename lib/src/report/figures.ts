import { influenceFigure } from "./influenceFigure.js";
import { relevanceFigure } from "./relevanceFigure.js";
import { trustFigure } from "./trustFigure.js";

/**
 * The charts of an explanation: relevance of one sample by its shape, influence of the training
 * points on a few points, and how far each point can be trusted.
 */
export const figures: {
  readonly relevance: typeof relevanceFigure;
  readonly influence: typeof influenceFigure;
  readonly trust: typeof trustFigure;
} = {
  relevance: relevanceFigure,
  influence: influenceFigure,
  trust: trustFigure,
};
