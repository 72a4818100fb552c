"""Relevance of random networks by zennit, for parity.test.ts: cases as JSON on standard input, relevances of the inputs on standard output."""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "bench" / "peers"))
import torch  # noqa: E402
from torch import nn  # noqa: E402
from zennit_alone import composites, rules  # noqa: E402

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
TINY = 1e-300
MAKERS = {
    "wSquare": lambda: rules.WSquare(stabilizer=TINY, zero_params="bias"),
    "zPlus": lambda: rules.ZPlus(stabilizer=TINY, zero_params="bias"),
    "flat": lambda: rules.Flat(stabilizer=TINY),
    "epsilon": lambda: rules.Epsilon(epsilon=0.01),
    "gamma": lambda: rules.Gamma(gamma=0.4, stabilizer=TINY),
    "alphaBeta": lambda: rules.AlphaBeta(alpha=2.0, beta=1.0, stabilizer=TINY),
    "zBounded": lambda: rules.ZBox(low=-6.0, high=7.0, stabilizer=TINY),
}
LAYERS = {
    "dense": lambda a, b: nn.Linear(a, b),
    "conv1d": lambda a, b, k, p, s: nn.Conv1d(a, b, k, padding=p, stride=s),
    "conv2d": lambda a, b, k, p, s: nn.Conv2d(a, b, k, padding=p, stride=s),
    "conv3d": lambda a, b, k, p, s: nn.Conv3d(a, b, k, padding=p, stride=s),
    "relu": nn.ReLU,
    "flatten": nn.Flatten,
    "maxPool1d": nn.MaxPool1d,
    "maxPool2d": nn.MaxPool2d,
    "maxPool3d": nn.MaxPool3d,
}


def relevance(case):
    model = nn.Sequential(*[LAYERS[name](*numbers) for name, *numbers in case["layers"]])
    nn.utils.vector_to_parameters(torch.tensor(case["theta"]), model.parameters())
    x = torch.tensor(case["x"]).reshape(case["shape"]).requires_grad_()
    names = [str(k) for k, layer in enumerate(model) if isinstance(layer, (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d))]
    passing = [str(k) for k, layer in enumerate(model) if isinstance(layer, nn.ReLU)]
    composite = composites.NameMapComposite([
        (names[:1], MAKERS[case["first"]]()), (names[1:], MAKERS[case["rule"]]()), (passing, rules.Pass()),
    ])
    with composite.context(model) as explained:
        output = explained(x)
        largest = output.argmax(1, keepdim=True)
        start = torch.zeros_like(output).scatter_(1, largest, output.detach().gather(1, largest))
        return torch.autograd.grad(output, x, start)[0].flatten().tolist()


print(json.dumps([relevance(case) for case in json.load(sys.stdin)]))
