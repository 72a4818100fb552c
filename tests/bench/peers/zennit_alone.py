"""zennit without torchvision, which it imports for the names of two classes only, and which would bring another PyTorch with it:

    .venv-bench/bin/pip install --no-deps zennit==0.5.1 pillow click
"""
import sys
import types

for name in ("torchvision", "torchvision.models", "torchvision.models.resnet"):
    sys.modules.setdefault(name, types.ModuleType(name))
resnet = sys.modules["torchvision.models.resnet"]
for name in ("BasicBlock", "Bottleneck"):
    if not hasattr(resnet, name):
        setattr(resnet, name, type(name, (), {}))

from zennit import composites, rules  # noqa: E402

__all__ = ["composites", "rules"]
