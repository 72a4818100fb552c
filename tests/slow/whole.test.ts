// Files of which npm test takes a part: all seeds, all samples, the large files.
process.env.PHASELENS_WHOLE = "1";
await import("../browser/explainPage.test.js");
await import("../hessian/kroneckerCurvature.test.js");
await import("../interop/limits.test.js");
await import("../interop/onnxTaggers.test.js");
await import("../interop/onnxWriting.test.js");
export {};
