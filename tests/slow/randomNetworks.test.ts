import { curvatureChecks } from "../support/random/curvatureChecks.js";
import { gradientChecks } from "../support/random/gradientChecks.js";
import { onnxChecks, onnxruntimeAgrees } from "../support/random/onnxChecks.js";
import { long, overRandomNetworks } from "../support/random/overRandomNetworks.js";
import { relevanceChecks } from "../support/random/relevanceChecks.js";
import { roundTripChecks } from "../support/random/roundTripChecks.js";
import { threadsAgree } from "../support/random/threadChecks.js";
import { valueChecks } from "../support/random/valueChecks.js";

overRandomNetworks("values", valueChecks, long);
overRandomNetworks("gradients", gradientChecks, long);
overRandomNetworks("curvature", curvatureChecks, long);
overRandomNetworks("relevance", relevanceChecks, long);
overRandomNetworks("round trips", roundTripChecks, long);
overRandomNetworks("ONNX files", onnxChecks, long);
onnxruntimeAgrees(long);
threadsAgree({ ...long, runs: long.runs / 2 });
