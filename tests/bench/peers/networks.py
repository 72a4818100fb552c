"""The two networks of Dawid et al. 2021 in PyTorch, by number of parameters, at our flat θ."""
import torch
from torch import nn

torch.set_num_threads(1)


def network(parameters, theta, dtype):
    layers = {
        740: lambda: [
            nn.Conv1d(1, 5, 15, padding=1), nn.MaxPool1d(4), nn.ReLU(),
            nn.Conv1d(5, 8, 5), nn.MaxPool1d(4), nn.ReLU(),
            nn.Conv1d(8, 10, 2, padding=1), nn.AvgPool1d(4), nn.ReLU(),
            nn.Flatten(), nn.Linear(140, 2),
        ],
        1675: lambda: [
            nn.Conv1d(1, 5, 15, padding=1), nn.MaxPool1d(4), nn.ReLU(),
            nn.Conv1d(5, 8, 5), nn.MaxPool1d(4), nn.ReLU(),
            nn.Conv1d(8, 10, 10), nn.ReLU(),
            nn.Conv1d(10, 25, 2), nn.ReLU(),
            nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(25, 2),
        ],
    }[parameters]()
    model = nn.Sequential(*layers).to(dtype)
    nn.utils.vector_to_parameters(torch.tensor(theta, dtype=dtype), model.parameters())
    return model


def risk(model, x, target, l2):
    """Mean cross-entropy plus (l2/2)‖θ‖²; target is one-hot."""
    cross_entropy = nn.functional.cross_entropy(model(x), target)
    return cross_entropy + 0.5 * l2 * sum((p * p).sum() for p in model.parameters())
