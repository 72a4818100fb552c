"""Training steps of the networks of Blücher et al. 2020 in PyTorch, with our samples, order and signs, from our initial θ: squared
error averaged over the outputs, L1 norm of the first layer's weights, Adam, biases set to at most 0 after each step."""
import torch
from torch import nn

from problem import Problem, agree
from repetitions import measure

torch.set_num_threads(1)
problem = Problem()
settings = problem.settings
x, target, signs = (torch.tensor(problem.array(name), dtype=torch.float32) for name in ("x", "target", "signs"))
orders = torch.from_numpy(problem.array("orders").astype(int))
theta = torch.tensor(problem.array("theta"), dtype=torch.float32)
batch = settings["batch"]


def network():
    layers = {
        "cnn": lambda: [
            nn.Conv3d(1, 5, 2), nn.ReLU(), nn.MaxPool3d(2), nn.Flatten(),
            nn.Linear(1715, 256), nn.ReLU(), nn.Linear(256, 140), nn.LeakyReLU(0.01),
        ],
        "mlp": lambda: [
            nn.Linear(18, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 140), nn.LeakyReLU(0.01),
        ],
    }[settings["kind"]]()
    model = nn.Sequential(*layers)
    nn.utils.vector_to_parameters(theta.clone(), model.parameters())
    return model


def train(steps):
    """Mean loss of each epoch, the penalty not counted."""
    model = network()
    biases = [p for name, p in model.named_parameters() if name.endswith("bias")]
    with torch.no_grad():
        for bias in biases:
            bias.clamp_(max=0)
    optimiser = torch.optim.Adam(model.parameters(), lr=settings["learningRate"])
    first = model[0].weight
    losses, made = [], 0
    for order, sign in zip(orders, signs):
        total = 0.0
        for rows, flips in zip(order.split(batch), sign.split(batch)):
            if made == steps:
                break
            optimiser.zero_grad()
            inputs = x[rows] * flips.reshape(-1, *[1] * (x.dim() - 1))
            loss = nn.functional.mse_loss(model(inputs), target[rows])
            (loss + settings["firstLayer"] * first.abs().sum()).backward()
            optimiser.step()
            with torch.no_grad():
                for bias in biases:
                    bias.clamp_(max=0)
            total += loss.item() * len(rows)
            made += 1
        losses.append(total / len(order))
        if made == steps:
            return losses
    return losses


agree("mean loss of the first epochs", problem.array("expected"), train(settings["checked"]), 1e-4)
measure(lambda: train(settings["steps"]))
