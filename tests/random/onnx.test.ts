import { onnxChecks, onnxruntimeAgrees } from "../support/random/onnxChecks.js";
import { overRandomNetworks, quick } from "../support/random/overRandomNetworks.js";

overRandomNetworks("ONNX files", onnxChecks);
onnxruntimeAgrees(quick);
