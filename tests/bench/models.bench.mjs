// Models from files.
import { makeRng } from "phaselens/core";
import { fromOnnx, toOnnx } from "phaselens/interop";
import * as nn from "phaselens/nn";

const { expand, sumAlong, transpose } = nn.operations;

/** 10⁶ parameters in dense layers, and tables of half a million entries behind them. */
const million = nn.graph((x, then) => {
  const hidden = then(nn.relu(), then(nn.dense(400, 900), x));
  const column = then(nn.reshape([700, 1]), then(nn.dense(900, 700), hidden));
  const wide = then(expand([700, 700]), column);
  const both = then(nn.multiply(), wide, then(transpose([1, 0]), wide));
  return then(nn.dense(700, 2), then(sumAlong([0]), both));
});

/** @type {import("../../environment/bench.mjs").Row[]} */
export const rows = [
  {
    id: "onnx-import-million",
    title: "an ONNX file of 993,002 parameters becomes a network",
    target: "≤ 1 s",
    repetitions: 7,
    prepare: async () => toOnnx(million, nn.kaimingNormal(million, makeRng(1))),
    ours: (bytes) => fromOnnx(bytes).parameters.length,
  },
];
