// What worker threads are asked for, in any engine that has node:worker_threads. Prints numbers
// that must be the same everywhere.
const { core, hessian, nn } = await import(
  new URL("../../lib/dist/index.js", import.meta.url).href
);

const rng = core.makeRng(1);
const network = nn.sequential([nn.dense(3, 5), nn.tanh(), nn.dense(5, 2)]);
const theta = nn.kaimingNormal(network, rng);
const x = core.tensor(
  [300, 3],
  Float64Array.from({ length: 900 }, () => rng.normal()),
);
const data = {
  x,
  target: core.oneHot(
    Array.from({ length: 300 }, (_, s) => (x.data[3 * s] > 0 ? 1 : 0)),
    2,
  ),
};
const loss = nn.softmaxCrossEntropy;
const H = await hessian.parallelHessian(network, theta, data, { loss, jobs: 2 });
const one = await hessian.parallelHessian(network, theta, data, { loss, jobs: 1 });
const report = await hessian.audit(network, theta, data, {
  options: { loss },
  test: data,
  hessian: H,
  retrain: { points: 8, rng: core.makeRng(2), jobs: 2 },
});
const longTasks = new URL("../core/fixtures/longTasks.mjs", import.meta.url);
const stopped = await core
  .parallelMap({ module: longTasks, name: "endless" }, [1, 2, 3], {
    jobs: 2,
    signal: AbortSignal.timeout(500),
  })
  .then(
    () => "done",
    (error) => error.name,
  );
const tasks = new URL("../core/fixtures/tasks.mjs", import.meta.url);
const failed = await core
  .parallelMap({ module: tasks, name: "throwRangeError" }, [0, 1], { jobs: 2 })
  .then(
    () => "done",
    (error) => error.message,
  );
console.log(
  JSON.stringify({
    sum: H.data.reduce((a, b) => a + b, 0),
    same: H.data.every((v, k) => v === one.data[k]),
    verdict: report.verdict,
    measured: report.response.measured.data.reduce((a, b) => a + b, 0),
    rows: report.response.rows,
    stopped,
    failed,
  }),
);
