#!/usr/bin/env python3
"""Writes .pth files with PyTorch itself, for the tests of our reader: small ones that a clone carries, or whole networks with their logits.

    /usr/bin/python3 tests/golden/make_pth.py small tests/golden/data/pth      (Debian: python3-torch, python3-torchvision)
    /usr/bin/python3 tests/golden/make_pth.py networks FOLDER                  (1.3 GB)

Number i of a tensor of the small files is i/8 - 1, so that every type holds it exactly. A network's file NET.pth has seeded random values,
batch norm statistics included; logits.safetensors has "input" and, for every NET, what the network makes of it.
"""
import json
import pathlib
import sys

import torch

torch.backends.mkldnn.enabled = False  # the plain kernels, the same on every CPU

NETWORKS = ("alexnet", "vgg16", "squeezenet1_0", "squeezenet1_1", "resnet18", "resnet50", "resnext50_32x4d", "mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large",
            "shufflenet_v2_x0_5", "shufflenet_v2_x1_0", "shufflenet_v2_x1_5", "shufflenet_v2_x2_0")


def ramp(*shape, dtype=torch.float32):
    return (torch.arange(torch.Size(shape).numel()).reshape(shape) / 8 - 1).to(dtype)


def small(folder):
    base = ramp(2, 3, 2, 2)
    types = {
        "plain": base, "half": ramp(5, dtype=torch.float16), "double": ramp(5, dtype=torch.float64), "bfloat": ramp(5, dtype=torch.bfloat16), "number": ramp(1)[0],
        "num_batches_tracked": torch.tensor(7), "transposed": ramp(3, 4).t(), "channels_last": ramp(2, 3, 2, 2).to(memory_format=torch.channels_last),
        "slice": base[1:, :2], "parameter": torch.nn.Parameter(ramp(2, 2)), "nothing": torch.zeros(0, 3),
    }
    model = torch.nn.Sequential(torch.nn.Linear(2, 2))
    model.load_state_dict({"0.weight": ramp(2, 2), "0.bias": ramp(2)})
    torch.save(types, folder / "types.pth")
    torch.save({"epoch": 3, "lr": 0.1, "state_dict": torch.nn.DataParallel(model).state_dict(), "optimizer": torch.optim.SGD(model.parameters(), 0.1).state_dict()},
               folder / "checkpoint.pth")
    torch.save({"a": ramp(1).expand(100)}, folder / "expanded.pth")
    torch.save(model.state_dict(), folder / "old.pth", _use_new_zipfile_serialization=False)
    torch.save(model, folder / "whole_model.pth")
    torch.save([ramp(2)], folder / "list.pth")
    torch.jit.script(model).save(str(folder / "script.pt"))


def write_safetensors(path, tensors):
    header, position = {}, 0
    for name, tensor in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [position, position + 4 * tensor.numel()]}
        position = header[name]["data_offsets"][1]
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(tensor.numpy().tobytes() for tensor in tensors.values()))


def network(name, x, folder):
    import torchvision

    torch.manual_seed(len(name))
    model = getattr(torchvision.models, name)().eval()
    for key, value in model.state_dict().items():
        if key.endswith("running_mean"):
            value.normal_(0, 0.1)
        if key.endswith("running_var"):
            value.uniform_(0.5, 1.5)
    torch.save(model.state_dict(), folder / f"{name}.pth")
    with torch.no_grad():
        return model(x)


def main():
    what, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    if what == "small":
        small(folder)
        return
    torch.manual_seed(1)
    x = torch.randn(1, 3, 224, 224)
    write_safetensors(folder / "logits.safetensors", {"input": x, **{name: network(name, x, folder) for name in sys.argv[3:] or NETWORKS}})


main()
