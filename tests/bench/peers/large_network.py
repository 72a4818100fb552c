"""Images, and a network of four convolutions and two dense layers in PyTorch at our flat θ, double precision."""
import torch
from torch import nn

from problem import Problem

torch.set_num_threads(1)


class LargeProblem(Problem):
    def __init__(self):
        super().__init__()
        self.x = torch.tensor(self.array("x"))
        layers = [
            nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.Conv2d(64, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(4096, 256), nn.ReLU(), nn.Linear(256, 10),
        ]
        self.model = nn.Sequential(*layers).double()
        nn.utils.vector_to_parameters(torch.tensor(self.array("theta")), self.model.parameters())

    def batches(self):
        return self.x.split(self.settings["batch"])
