"""Relevance of the inputs of Table III's network by zennit: w² in the first layer, z⁺ above, from the largest output."""
import torch
from torch import nn

from problem import Problem, agree
from repetitions import measure
from zennit_alone import composites, rules

torch.set_num_threads(1)
problem = Problem()
dtype = getattr(torch, problem.settings["precision"])
x = torch.tensor(problem.array("x"), dtype=dtype)
model = nn.Sequential(
    nn.Conv3d(1, 5, 2), nn.ReLU(), nn.MaxPool3d(2), nn.Flatten(), nn.Linear(1715, 256), nn.ReLU(), nn.Linear(256, 140), nn.LeakyReLU(0.01)
).to(dtype)
nn.utils.vector_to_parameters(torch.tensor(problem.array("theta"), dtype=dtype), model.parameters())
# zennit wants a stabiliser; the smallest that single precision still adds to nothing
tiny = {"stabilizer": 1e-30, "zero_params": "bias"}
composite = composites.NameMapComposite([(["0"], rules.WSquare(**tiny)), (["4", "6"], rules.ZPlus(**tiny)), (["1", "5", "7"], rules.Pass())])


def relevance():
    found = []
    with composite.context(model) as explained:
        for batch in x.split(problem.settings["batch"]):
            batch = batch.clone().requires_grad_()
            output = explained(batch)
            largest = output.argmax(1, keepdim=True)
            start = torch.zeros_like(output).scatter_(1, largest, output.detach().gather(1, largest))
            found.append(torch.autograd.grad(output, batch, start)[0])
    return torch.cat(found)


allowed = {torch.float64: 1e-9, torch.float32: 1e-3}[dtype]
agree("relevance of the inputs", problem.array("expected"), relevance().numpy(), allowed)
measure(relevance)
