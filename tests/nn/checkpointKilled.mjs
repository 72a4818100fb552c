// Trains with a checkpoint and is killed, as by a queue out of patience, two epochs later.
import * as nn from "phaselens/nn";
import { options, samples } from "./checkpointCases.mjs";

const [path, name] = process.argv.slice(2);
const { network, ...rest } = options(name);
let epochs = 0;
nn.train(network, samples, {
  ...rest,
  checkpoint: { path },
  onEpoch: () => {
    if (++epochs === 3) process.kill(process.pid, "SIGKILL");
  },
});
