"""Writes pytorch.json: modules that torch.onnx.export wrote at several opsets, random inputs for two
samples, and what onnxruntime makes of them. Needs torch, onnx and onnxruntime (versions are in the
file).

    python tests/reference/onnx/make_pytorch.py
"""
import base64
import io
import json
import pathlib
import warnings

import numpy
import onnxruntime
import torch
from torch import nn

warnings.filterwarnings("ignore")
torch.manual_seed(2026)


class EdgeConv(nn.Module):
    """As ParticleNet's authors have it: neighbours by flat indices over the batch."""

    def __init__(self, neighbours, features, widths):
        super().__init__()
        self.neighbours = neighbours
        sides = [2 * features, *widths]
        self.layers = nn.Sequential(*[
            nn.Sequential(nn.Conv2d(a, b, 1, bias=False), nn.BatchNorm2d(b), nn.ReLU()) for a, b in zip(sides, widths)
        ])
        self.beside = nn.Sequential(nn.Conv1d(features, widths[-1], 1, bias=False), nn.BatchNorm1d(widths[-1]))

    def forward(self, points, features):
        inner = -2 * torch.matmul(points.transpose(2, 1), points)
        square = (points**2).sum(1, keepdim=True)
        distance = -square - inner - square.transpose(2, 1)
        place = distance.topk(k=self.neighbours + 1, dim=-1)[1][:, :, 1:]
        batch, channels, objects = features.shape
        place = (place + torch.arange(0, batch).view(-1, 1, 1) * objects).view(-1)
        near = features.transpose(0, 1).reshape(channels, -1)[:, place]
        near = near.view(channels, batch, objects, self.neighbours).transpose(1, 0).contiguous()
        own = features.unsqueeze(-1).repeat(1, 1, 1, self.neighbours)
        edges = self.layers(torch.cat((own, near - own), dim=1))
        return torch.relu(self.beside(features) + edges.mean(-1))


class ParticleNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(4)
        self.first, self.second = EdgeConv(3, 4, [8, 8]), EdgeConv(3, 8, [6])
        self.end = nn.Linear(6, 2)

    def forward(self, points, features, mask):
        mask = (features.abs().sum(1, keepdim=True) != 0).float() * mask
        shift = (mask == 0).float() * 1e9
        x = self.norm(features) * mask
        x = self.first(points * mask + shift, x) * mask
        x = self.second(x + shift, x) * mask
        return torch.softmax(self.end(x.sum(-1) / mask.sum(-1).clamp(min=1)), dim=1)


class Recurrent(nn.Module):
    def __init__(self, kind, both, layers):
        super().__init__()
        self.cell = getattr(nn, kind)(5, 3, batch_first=True, bidirectional=both, num_layers=layers)
        self.end = nn.Linear(6 if both else 3, 2)

    def forward(self, x):
        states, last = self.cell(x)
        last = last[0] if isinstance(last, tuple) else last
        return torch.sigmoid(self.end(states[:, -1]) + last.sum(0).sum(1, keepdim=True))


class Transformer(nn.Module):
    def __init__(self, activation, first):
        super().__init__()
        layer = nn.TransformerEncoderLayer(4, 2, 6, activation=activation, batch_first=True, norm_first=first)
        self.start = nn.Linear(3, 4)
        self.layers = nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)
        self.token = nn.Parameter(torch.randn(1, 1, 4))

    def forward(self, x, mask):
        x = torch.cat((self.token.expand(x.shape[0], -1, -1), self.start(x)), 1)
        hidden = torch.cat((torch.zeros_like(mask[:, :1]), 1 - mask), 1) > 0.5
        return self.layers(x, src_key_padding_mask=hidden)[:, 0]


class Image(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Upsample(scale_factor=2, mode="nearest"),
            nn.ConvTranspose2d(3, 4, 3, stride=2, padding=1, output_padding=1),
            nn.GroupNorm(2, 4),
            nn.InstanceNorm2d(4, affine=True),
            nn.PReLU(4),
            nn.Upsample(size=(5, 7), mode="bilinear", align_corners=False),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.LogSoftmax(1),
        )

    def forward(self, x):
        return self.layers(x)


class Indices(nn.Module):
    def forward(self, x):
        i, j = torch.triu_indices(4, 4, 1)
        log = torch.logsumexp(x[:, :, i] - x[:, :, j], 1)
        sums = torch.cumsum(x, 2).amax(2)
        gram = torch.einsum("bci,bcj->bij", x, x).flatten(1)
        written = torch.zeros(x.shape[0], 3, 2)
        written[:, 0] = log[:, :2]
        written[:, 2, 1] = sums[:, 0]
        chosen = torch.where(x[:, 0] > 0, torch.linalg.norm(x, dim=1), x[:, 1])
        ranked = x.sort(2, descending=True)[0][:, 0]
        return torch.cat((log, sums, gram, written.flatten(1), chosen, x.prod(2), x.std(2), ranked), 1)


def sets(*shape):
    return torch.randn(2, *shape)


mask = torch.tensor([[1.0, 1, 1, 0, 0], [1, 1, 1, 1, 1]])
modules = {
    "ParticleNet": (ParticleNet(), dict(points=sets(2, 7), features=sets(4, 7), mask=(torch.rand(2, 1, 7) > 0.3).float()), (11, 16)),
    "GRU": (Recurrent("GRU", True, 2), dict(x=sets(6, 5)), (11, 18)),
    "LSTM": (Recurrent("LSTM", True, 2), dict(x=sets(6, 5)), (13,)),
    "RNN": (Recurrent("RNN", False, 1), dict(x=sets(6, 5)), (16,)),
    "transformer, norm first": (Transformer("gelu", True), dict(x=sets(5, 3), mask=mask), (16,)),
    "transformer, norm behind": (Transformer("relu", False), dict(x=sets(5, 3), mask=mask), (18,)),
    "image": (Image(), dict(x=sets(3, 4, 5)), (11, 16)),
    "indices": (Indices(), dict(x=sets(3, 4)), (13, 18)),
}
rounded = lambda values: [float(f"{v:.9g}") for v in values]
cases = {}
for name, (module, inputs, opsets) in modules.items():
    module.eval()
    for part in module.modules():
        if getattr(part, "running_mean", None) is not None:
            part.running_mean.normal_()
            part.running_var.uniform_(0.5, 2)
    for opset in opsets:
        file = io.BytesIO()
        axes = {k: {0: "N"} for k in inputs}
        torch.onnx.export(
            module, tuple(inputs.values()), file, input_names=list(inputs), output_names=["y"],
            dynamic_axes=axes, opset_version=opset, dynamo=False,
        )
        session = onnxruntime.InferenceSession(file.getvalue(), providers=["CPUExecutionProvider"])
        one = lambda n: {k: v.numpy()[n : n + 1] for k, v in inputs.items()}
        cases[f"{name}, opset {opset}"] = {
            "model": base64.b64encode(file.getvalue()).decode(),
            "inputs": {k: {"shape": list(v.shape), "data": rounded(v.flatten().tolist())} for k, v in inputs.items()},
            "output": [rounded(session.run(["y"], one(n))[0].ravel().tolist()) for n in (0, 1)],
        }

versions = {"torch": torch.__version__, "onnxruntime": onnxruntime.__version__, "numpy": numpy.__version__}
pathlib.Path(__file__).with_name("pytorch.json").write_text(
    json.dumps({**versions, "cases": cases}, separators=(",", ":")) + "\n"
)
print(len(cases), "cases")
