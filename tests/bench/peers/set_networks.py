"""ParticleNet and a transformer over sets of particles in PyTorch, with our flat θ: neighbours by `topk`, features by `gather`, 1 × 1
convolutions and `scaled_dot_product_attention`, as their authors and PyTorch have them."""
import torch
from torch import nn
from torch.nn.functional import gelu, relu, scaled_dot_product_attention


class Perceptron(nn.Module):
    """1 × 1 convolutions with ReLU behind each."""

    def __init__(self, widths):
        super().__init__()
        self.layers = nn.ModuleList(nn.Conv2d(a, b, 1) for a, b in zip(widths, widths[1:]))

    def forward(self, x):
        for layer in self.layers:
            x = relu(layer(x))
        return x


class EdgeConv(nn.Module):
    def __init__(self, features, width, neighbours):
        super().__init__()
        self.neighbours = neighbours
        self.perceptron = Perceptron([2 * features, width, width, width])
        self.beside = nn.Conv1d(features, width, 1)

    def forward(self, points, x, mask):
        n, c, p = x.shape
        with torch.no_grad():
            points = points + 1e6 * (1 - mask)
            inner = -2 * points.transpose(1, 2) @ points
            distances = inner + (points * points).sum(1, keepdim=True)
            places = distances.topk(self.neighbours + 1, dim=2, largest=False)[1][:, :, 1:].reshape(n, 1, -1)
            there = mask.gather(2, places).reshape(n, 1, p, self.neighbours)
        others = x.gather(2, places.expand(-1, c, -1)).reshape(n, c, p, self.neighbours)
        own = x[..., None].expand_as(others)
        edges = self.perceptron(torch.cat([own, others - own], 1))
        edges = (edges * there).sum(3) / there.sum(3).clamp(min=1)
        return relu(edges + self.beside(x)) * mask


class ParticleNet(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.settings = s
        self.first = nn.Conv1d(s["features"], s["first"], 1)
        widths = [s["first"], *s["widths"]]
        self.blocks = nn.ModuleList(EdgeConv(a, b, s["neighbours"]) for a, b in zip(widths, widths[1:]))
        self.joined = nn.Conv1d(sum(s["widths"]), s["joined"], 1)
        self.hidden, self.last = nn.Linear(s["joined"], s["hidden"]), nn.Linear(s["hidden"], s["classes"])

    def forward(self, x):
        s = self.settings
        points, x, mask = x.reshape(len(x), -1, s["particles"]).split([2, s["features"], 1], 1)
        x = relu(self.first(x)) * mask
        found = []
        for block in self.blocks:
            points = x = block(points, x, mask)
            found.append(x)
        x = relu(self.joined(torch.cat(found, 1))) * mask
        return self.last(relu(self.hidden((x * mask).sum(2) / mask.sum(2))))


class Layer(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.first = nn.LayerNorm(width)
        self.q, self.k, self.v, self.out = (nn.Linear(width, width) for _ in range(4))
        self.second = nn.LayerNorm(width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x, unseen):
        n, p, c = x.shape
        normal = self.first(x)
        q, k, v = (f(normal).reshape(n, p, self.heads, -1).transpose(1, 2) for f in (self.q, self.k, self.v))
        seen = scaled_dot_product_attention(q, k, v, attn_mask=unseen)
        x = x + self.out(seen.transpose(1, 2).reshape(n, p, c))
        return x + self.down(gelu(self.up(self.second(x))))


class Transformer(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.settings = s
        self.first = nn.Linear(s["features"], s["width"])
        self.layers = nn.ModuleList(Layer(s["width"], s["heads"]) for _ in range(s["layers"]))
        self.normal = nn.LayerNorm(s["width"])
        self.last = nn.Linear(s["width"], s["classes"])

    def forward(self, x):
        s = self.settings
        x, mask = x.reshape(len(x), -1, s["particles"]).split([s["features"], 1], 1)
        unseen = 1e9 * (mask[:, None] - 1)
        x, mask = self.first(x.transpose(1, 2)), mask.transpose(1, 2)
        for layer in self.layers:
            x = layer(x, unseen)
        return self.last((self.normal(x) * mask).sum(1) / mask.sum(1))


def network(settings, theta, dtype):
    model = {"particleNet": ParticleNet, "transformer": Transformer}[settings["kind"]](settings).to(dtype)
    nn.utils.vector_to_parameters(torch.tensor(theta, dtype=dtype), model.parameters())
    return model
