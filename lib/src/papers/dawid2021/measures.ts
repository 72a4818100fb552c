import { helpfulDepth } from "./helpfulDepth.js";
import { orderParameterCrossing } from "./orderParameterCrossing.js";
import { hasLearnt } from "./recipeFigure.js";
import { standOut } from "./standOut.js";
import { structureFactor } from "./structureFactor.js";
import { uncertainRegion } from "./uncertainRegion.js";

/** Numbers that the figures of Dawid et al. 2021 come to, by which their claims are judged. */
export const measures: {
  readonly hasLearnt: typeof hasLearnt;
  readonly helpfulDepth: typeof helpfulDepth;
  readonly orderParameterCrossing: typeof orderParameterCrossing;
  readonly standOut: typeof standOut;
  readonly structureFactor: typeof structureFactor;
  readonly uncertainRegion: typeof uncertainRegion;
} = {
  hasLearnt,
  helpfulDepth,
  orderParameterCrossing,
  standOut,
  structureFactor,
  uncertainRegion,
};
