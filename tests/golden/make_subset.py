#!/usr/bin/env python3
"""Writes tests/golden/data: a small set of PyTorch results that a clone carries with it, so that the library tests itself anywhere.

    /usr/bin/python3 tests/golden/make_subset.py tests/golden/data      (Debian: python3-torch, python3-torchvision, python3-pil)

Every case has a `what`: the one thing it is here for. Per group: <group>.json, an array of cases, and <group>.safetensors with the
tensors "<id>.<name>"; float32, activations N,C,H,W, weights Cout,C/G,Kh,Kw (transposed: C,Cout/G,Kh,Kw). Cases with gy, the gradient of a loss
with respect to y, also hold the gradients gx, gw, gb, ... that follow from it.
"""
import json
import math
import pathlib
import sys

import numpy as np
import torch
from torch.nn import functional as F

torch.backends.mkldnn.enabled = False  # the plain kernels, the same on every CPU
torch.set_num_threads(1)
DTYPES = {"float32": "F32", "int64": "I64", "uint8": "U8"}


def write_safetensors(path, tensors):
    """8 bytes length, JSON header padded to 8, then the tensors one after the other."""
    header, position = {}, 0
    for name, array in tensors.items():
        header[name] = {"dtype": DTYPES[str(array.dtype)], "shape": list(array.shape), "data_offsets": [position, position + array.nbytes]}
        position += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(array.tobytes() for array in tensors.values()))


class Writer:
    """Collects the cases of one group."""

    def __init__(self, group):
        self.group, self.cases, self.tensors = group, [], {}

    def case(self, what, arguments, **tensors):
        present = {name: np.ascontiguousarray(value) for name, value in tensors.items() if value is not None}
        identity = f"{self.group}{len(self.cases):03d}"
        self.cases.append({"id": identity, "what": what, **arguments, "tensors": sorted(present)})
        self.tensors.update({f"{identity}.{name}": value for name, value in present.items()})

    def save(self, folder):
        lines = ",\n".join(json.dumps(case) for case in self.cases)
        (folder / f"{self.group}.json").write_text(f"[\n{lines}\n]\n")
        write_safetensors(folder / f"{self.group}.safetensors", self.tensors)


def numbers(*shape, scale=1.0):
    return torch.randn(*shape) * scale


def gradients(y, **arguments):
    """gy, drawn, and by PyTorch's own way back the gradient of each argument: x gives gx."""
    gy = numbers(*y.shape)
    present = {name: value for name, value in arguments.items() if value is not None}
    found = torch.autograd.grad(y, list(present.values()), gy)
    return dict(gy=gy, **{f"g{name}": value for name, value in zip(present, found)})


def conv2d_grad(out):
    def add(what, x, cout, kernel, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1, mode="zeros", bias=False):
        layer = torch.nn.Conv2d(x.shape[-3], cout, kernel, stride, padding, dilation, groups, bias, mode)
        x.requires_grad_()
        y = layer(x)
        arguments = dict(kernel=list(kernel), stride=list(stride), padding=list(padding), dilation=list(dilation), groups=groups, padding_mode=mode, bias=bias)
        out.case(what, arguments, x=x.detach(), w=layer.weight.detach(), b=layer.bias.detach() if bias else None, y=y.detach(),
                 **gradients(y, x=x, w=layer.weight, b=layer.bias))

    add("an ordinary 3x3 convolution, with a bias", numbers(2, 3, 6, 5), 4, (3, 3), padding=(1, 1), bias=True)
    add("a stride that leaves the last row and column without a gradient", numbers(1, 2, 8, 9), 3, (3, 2), stride=(2, 3))
    add("pointwise", numbers(2, 5, 3, 4), 6, (1, 1), bias=True)
    add("depthwise", numbers(2, 3, 6, 7), 3, (3, 3), padding=(1, 1), groups=3)
    add("depthwise with stride 2", numbers(1, 4, 7, 8), 4, (5, 5), stride=(2, 2), padding=(2, 2), groups=4)
    add("depth multiplier 2", numbers(1, 2, 6, 6), 4, (3, 3), padding=(1, 1), groups=2)
    add("three groups, dilated", numbers(2, 6, 8, 7), 9, (3, 2), dilation=(2, 3), groups=3)
    for mode in ("reflect", "replicate", "circular"):
        add(f"a border by {mode} hands its gradient back", numbers(1, 2, 4, 5), 2, (3, 3), padding=(2, 3), mode=mode)


def optim(out):
    rules = (("sgd", torch.optim.SGD, dict(lr=0.1, momentum=0.9, weight_decay=0.01, nesterov=True)), ("sgd", torch.optim.SGD, dict(lr=0.1, momentum=0.8, dampening=0.3)),
             ("adam", torch.optim.Adam, dict(lr=0.01, weight_decay=0.1, amsgrad=True)), ("adamw", torch.optim.AdamW, dict(lr=0.01, betas=(0.8, 0.95), weight_decay=0.05)),
             ("rmsprop", torch.optim.RMSprop, dict(lr=0.01)), ("rmsprop", torch.optim.RMSprop, dict(lr=0.01, alpha=0.9, momentum=0.9, weight_decay=0.01, centered=True)))
    for name, rule, arguments in rules:
        p = torch.nn.Parameter(numbers(3, 4))
        p0, optimizer, grads, params = p.detach().clone(), rule([p], **arguments), [], []
        for _ in range(4):
            p.grad = numbers(3, 4)
            grads.append(p.grad.clone())
            optimizer.step()
            params.append(p.detach().clone())
        out.case(f"four steps of {name}", dict(op=name, **arguments), p0=p0, grads=torch.stack(grads), params=torch.stack(params))
    small_net(out)


def small_net(out):
    nn = torch.nn
    net = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU6(), nn.Conv2d(8, 8, 3, 1, 1, groups=8, bias=False), nn.BatchNorm2d(8), nn.ReLU6(),
                        nn.Conv2d(8, 12, 1, bias=False), nn.BatchNorm2d(12), nn.ReLU6(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(12, 5))
    state = lambda prefix: {f"{prefix}.{key}": value.clone() for key, value in net.state_dict().items() if "num_batches" not in key}
    initial, x, target, losses = state("init"), numbers(4, 3, 8, 8), torch.tensor([4, 0, 2, 2]), []
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    for _ in range(3):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x), target)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    layers = "conv3-8 s2 p1|bn|relu6|dw3 p1|bn|relu6|pw 8-12|bn|relu6|gap|linear 12-5 (nn.Sequential indices in the keys)"
    out.case("a separable network trained for three steps", dict(op="train5", optimizer="sgd", net=layers, lr=0.05, momentum=0.9), x=x, target=target,
             losses=np.float32(losses), **initial, **state("final"))


def conv2d(out):
    def add(what, x, cout, kernel, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1, mode="zeros", bias=True):
        layer = torch.nn.Conv2d(x.shape[-3], cout, kernel, stride, padding, dilation, groups, bias, mode)
        pad = padding if isinstance(padding, str) else list(padding)
        arguments = dict(kernel=list(kernel), stride=list(stride), padding=pad, dilation=list(dilation), groups=groups, padding_mode=mode, bias=bias)
        out.case(what, arguments, x=x, w=layer.weight.detach(), b=layer.bias.detach() if bias else None, y=layer(x).detach())

    add("an ordinary 3x3 convolution", numbers(2, 3, 7, 6), 4, (3, 3), padding=(1, 1))
    add("a stride that leaves the last row and column unread", numbers(1, 2, 8, 9), 3, (3, 2), stride=(2, 3), bias=False)
    add("C x H x W without a batch", numbers(3, 6, 5), 2, (3, 3), padding=(1, 0))
    add("pointwise", numbers(2, 5, 4, 3), 7, (1, 1))
    add("depthwise with stride 2", numbers(1, 6, 7, 7), 6, (3, 3), stride=(2, 2), padding=(1, 1), groups=6)
    add("depth multiplier 3", numbers(1, 2, 6, 6), 6, (3, 3), groups=2, bias=False)
    add("three groups, dilated", numbers(2, 6, 9, 8), 9, (3, 2), dilation=(2, 3), groups=3)
    add("'same' with an even kernel: one more row below than above", numbers(1, 2, 7, 7), 2, (4, 2), padding="same")
    add("'same' with an even kernel and dilation", numbers(1, 2, 9, 9), 2, (2, 4), padding="same", dilation=(3, 2))
    add("'valid'", numbers(1, 2, 6, 6), 2, (3, 3), padding="valid")
    add("reflect as wide as it can be", numbers(1, 2, 5, 6), 2, (3, 3), padding=(4, 5), mode="reflect")
    add("replicate", numbers(1, 2, 4, 5), 2, (3, 3), stride=(2, 1), padding=(3, 2), mode="replicate")
    add("circular as wide as the image", numbers(1, 2, 4, 5), 2, (3, 3), padding=(4, 5), mode="circular")
    add("circular and 'same' with an even kernel", numbers(1, 2, 5, 5), 2, (4, 4), padding="same", mode="circular")
    add("padding wider than the image", numbers(1, 1, 2, 3), 1, (3, 3), padding=(4, 4))
    add("the kernel is the whole image", numbers(2, 3, 5, 4), 4, (5, 4))


def conv_transpose2d(out):
    def add(what, x, cout, kernel, stride=(1, 1), padding=(0, 0), output_padding=(0, 0), groups=1, dilation=(1, 1), bias=True):
        layer = torch.nn.ConvTranspose2d(x.shape[-3], cout, kernel, stride, padding, output_padding, groups, bias, dilation)
        x.requires_grad_()
        y = layer(x)
        arguments = dict(kernel=list(kernel), stride=list(stride), padding=list(padding), output_padding=list(output_padding), dilation=list(dilation),
                         groups=groups, bias=bias)
        out.case(what, arguments, x=x.detach(), w=layer.weight.detach(), b=layer.bias.detach() if bias else None, y=y.detach(),
                 **gradients(y, x=x, w=layer.weight, b=layer.bias))

    add("stamps that do not overlap", numbers(1, 2, 3, 4), 3, (2, 2), stride=(2, 2))
    add("doubling with kernel 4, stride 2, padding 1", numbers(2, 3, 4, 4), 2, (4, 4), stride=(2, 2), padding=(1, 1))
    add("output padding in one direction", numbers(1, 2, 4, 5), 2, (3, 3), stride=(3, 2), padding=(1, 1), output_padding=(2, 0))
    add("output padding that only the dilation allows", numbers(1, 2, 4, 4), 2, (3, 2), dilation=(3, 2), output_padding=(2, 1))
    add("groups and dilation", numbers(2, 4, 4, 5), 6, (3, 3), stride=(2, 1), padding=(2, 1), groups=2, dilation=(2, 3), bias=False)
    add("C x H x W without a batch", numbers(2, 4, 4), 3, (3, 3), stride=(2, 2))


def batchnorm(out):
    for what, train, affine, eps, momentum in (("eval", False, True, 1e-5, 0.1), ("eval without weight and bias", False, False, 1e-3, 0.1),
                                               ("train", True, True, 1e-5, 0.3), ("train without weight and bias", True, False, 1e-3, 0.01)):
        layer = torch.nn.BatchNorm2d(3, eps, momentum, affine)
        layer.running_mean, layer.running_var = numbers(3), torch.rand(3) + 0.5
        if affine:
            layer.weight.data, layer.bias.data = torch.rand(3) + 0.5, numbers(3)
        before = layer.running_mean.clone(), layer.running_var.clone()
        layer.train(train)
        x = (numbers(3, 3, 4, 5, scale=2.0) + 1).requires_grad_()
        y = layer(x)
        out.case(what, dict(train=train, eps=eps, momentum=momentum, affine=affine), x=x.detach(), w=layer.weight.detach() if affine else None,
                 b=layer.bias.detach() if affine else None, running_mean=before[0], running_var=before[1], y=y.detach(),
                 running_mean_after=layer.running_mean, running_var_after=layer.running_var,
                 **gradients(y, x=x, w=layer.weight if affine else None, b=layer.bias if affine else None))


def activation(out):
    edges = torch.tensor([-88.0, -10.0, -6.0, -3.0, -2.9999, -1.0, -0.0, 0.0, 1e-30, 1.0, 2.9999, 3.0, 5.9999, 6.0, 6.0001, 90.0])
    for op in ("relu", "relu6", "leaky_relu", "sigmoid", "tanh", "hardsigmoid", "hardswish", "silu"):
        x = edges.clone().requires_grad_()
        y = getattr(F, op)(x)
        out.case(f"{op} at its corners", dict(op=op), x=edges, y=y.detach(), **gradients(y, x=x))
    slope = numbers(2, 3, 4)
    out.case("another slope", dict(op="leaky_relu", negative_slope=0.2), x=slope, y=F.leaky_relu(slope, 0.2))
    for op in ("softmax", "log_softmax"):
        for shape, dim in (((5,), 0), ((3, 7), -1), ((2, 3, 4), 0), ((2, 3, 4, 2), 1), ((2, 3, 4, 2), -2)):
            x = numbers(*shape, scale=5.0).requires_grad_()
            y = getattr(F, op)(x, dim)
            out.case(f"{op} along dim {dim} of {len(shape)}", dict(op=op, dim=dim), x=x.detach(), y=y.detach(), **gradients(y, x=x))


def pool(out):
    def add(what, op, x, layer, **arguments):
        x.requires_grad_()
        y = layer(x)
        out.case(what, dict(op=op, **arguments), x=x.detach(), y=y.detach(), **gradients(y, x=x))

    def spatial(what, op, x, kernel, stride, padding, ceil_mode, **more):
        layer = (torch.nn.MaxPool2d if op == "max" else torch.nn.AvgPool2d)(tuple(kernel), tuple(stride), tuple(padding), ceil_mode=ceil_mode, **more)
        add(what, op, x, layer, kernel=kernel, stride=stride, padding=padding, ceil_mode=ceil_mode, **more)

    spatial("maximum of 2x2", "max", numbers(1, 2, 6, 7), [2, 2], [2, 2], [0, 0], False)
    spatial("negative values: padding must not win", "max", -numbers(1, 2, 5, 5).abs() - 1, [3, 3], [2, 2], [1, 1], False)
    spatial("a window that hangs over", "max", numbers(1, 1, 6, 6), [3, 3], [2, 2], [0, 0], True)
    spatial("a window that would start in the padding is left out", "max", numbers(1, 1, 4, 4), [2, 2], [3, 3], [1, 1], True)
    spatial("dilated maximum", "max", numbers(1, 2, 9, 8), [3, 2], [1, 2], [1, 0], True, dilation=[2, 3])
    spatial("mean that counts padding", "avg", numbers(2, 2, 6, 5), [3, 3], [2, 2], [1, 1], False, count_include_pad=True)
    spatial("mean that does not", "avg", numbers(2, 2, 6, 5), [3, 3], [2, 2], [1, 1], False, count_include_pad=False)
    spatial("mean of a window that hangs over, padding counted", "avg", numbers(1, 2, 7, 6), [2, 4], [3, 3], [1, 2], True, count_include_pad=True)
    spatial("mean of a window that hangs over, padding not counted", "avg", numbers(1, 2, 7, 6), [2, 4], [3, 3], [1, 2], True, count_include_pad=False)
    spatial("another divisor", "avg", numbers(1, 2, 6, 6), [3, 3], [2, 2], [1, 1], True, count_include_pad=False, divisor_override=7)
    spatial("C x H x W without a batch", "avg", numbers(2, 4, 4), [2, 2], [2, 2], [0, 0], False)
    for size in ([1, 1], [3, 3], [7, 2], [9, 11]):
        add(f"bins {size[0]}x{size[1]} of 7x8", "adaptive_avg", numbers(1, 2, 7, 8), torch.nn.AdaptiveAvgPool2d(tuple(size)), output_size=size)


def blocks(out):
    for rows, inputs, outputs, bias in ((1, 5, 3, True), (4, 9, 2, False)):
        layer, x = torch.nn.Linear(inputs, outputs, bias), numbers(rows, inputs).requires_grad_()
        y = layer(x)
        out.case("linear", dict(op="linear", bias=bias), x=x.detach(), w=layer.weight.detach(), b=layer.bias.detach() if bias else None, y=y.detach(),
                 **gradients(y, x=x, w=layer.weight, b=layer.bias))
    for groups, channels in ((2, 6), (3, 12), (5, 5)):
        x = numbers(2, channels, 2, 3)
        order = torch.arange(channels).reshape(groups, -1).t().flatten()
        out.case("channel shuffle", dict(op="channel_shuffle", groups=groups), x=x, y=x[:, order], index=order)
    for channels, middle, bias in ((6, 2, True), (8, 3, False)):
        reduce, expand, x = torch.nn.Linear(channels, middle, bias), torch.nn.Linear(middle, channels, bias), numbers(2, channels, 4, 3).requires_grad_()
        gate = torch.sigmoid(expand(torch.relu(reduce(x.mean(dim=(2, 3))))))
        y = x * gate[..., None, None]
        out.case("squeeze and excitation", dict(op="se", channels=channels, mid=middle, bias=bias), x=x.detach(), y=y.detach(),
                 w1=reduce.weight.detach(), b1=reduce.bias.detach() if bias else None, w2=expand.weight.detach(), b2=expand.bias.detach() if bias else None,
                 **gradients(y, x=x, w1=reduce.weight, b1=reduce.bias, w2=expand.weight, b2=expand.bias))
    for reduction in ("mean", "sum"):
        for smoothing in (0.0, 0.2):
            x, target = numbers(4, 6, scale=5.0).requires_grad_(), torch.tensor([5, 0, 3, 3])
            loss = F.cross_entropy(x, target, reduction=reduction, label_smoothing=smoothing)
            out.case("cross entropy", dict(op="cross_entropy", reduction=reduction, label_smoothing=smoothing), x=x.detach(), target=target, y=loss.detach().reshape(1),
                     gx=torch.autograd.grad(loss, x)[0])


def preprocess(out):
    from PIL import Image
    from torchvision import transforms
    for what, height, width, resize, crop in (("shrunk, wide", 37, 52, 20, 17), ("shrunk, tall, odd margins", 45, 31, 15, 12), ("enlarged", 11, 9, 16, 16)):
        photo = (torch.rand(height, width, 3) * 255).to(torch.uint8).numpy()
        photo[: height // 2] = photo[: height // 2] // 8 + 100  # half noise, half calm
        resized = transforms.Resize(resize)(Image.fromarray(photo))
        cropped = transforms.CenterCrop(crop)(resized)
        normalised = transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])(transforms.ToTensor()(cropped))
        out.case(what, dict(resize=resize, crop=crop), x=photo, resized=np.asarray(resized), cropped=np.asarray(cropped), y=normalised[None])


def hashed(name, count):
    """`count` doubles in [-1, 1): FNV-1a of the name starts SplitMix64."""
    state = 0xCBF29CE484222325
    for byte in name.encode():
        state = (state ^ byte) * 0x100000001B3 % 2**64
    z = np.uint64(state) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return ((z ^ z >> np.uint64(31)) >> np.uint64(40)).astype(np.float64) / 2**23 - 1


def by_rule(salt, key, shape, gain):
    u = hashed(f"{salt}/{key}", math.prod(shape))
    if key.endswith("running_var"):
        u = 1 + 0.5 * u
    elif key.endswith(("running_mean", "bias")):
        u = 0.1 * u
    else:
        u = 1 + 0.2 * u if len(shape) == 1 else u * math.sqrt(gain / math.prod(shape[1:]))
    return torch.from_numpy(u.astype(np.float32).reshape(shape))


NETS = (  # torchvision's name, side of the photo, gain of the weight rule, arguments, modules whose output is recorded
    ("mobilenet_v2", 32, 6.0, dict(width_mult=0.35, num_classes=10), ("features.0", "features.1", "features.5", "features.7.conv.0", "features.18")),
    ("mobilenet_v2", 40, 6.0, dict(width_mult=1.4, num_classes=5), ("features.0", "features.1", "features.5", "features.7.conv.0", "features.18")),
    ("mobilenet_v3_large", 32, 6.0, dict(width_mult=0.75, num_classes=10), ("features.0", "features.4.block.2", "features.16")),
    ("shufflenet_v2_x1_5", 32, 2.5, dict(num_classes=10), ("conv1", "stage2.0", "stage3.7", "conv5")),
    ("squeezenet1_1", 33, 6.0, dict(num_classes=10), ("features.0", "features.3.squeeze", "features.12")),
    ("resnet18", 32, 2.5, dict(num_classes=10), ("bn1", "maxpool", "layer1.1", "layer4.0")),
    ("resnext50_32x4d", 32, 2.5, dict(num_classes=10), ("maxpool", "layer1.0", "layer2.0.downsample", "layer4.2")),
)


def nets(out):
    from torchvision import models
    salt = "clone"
    for kind, size, gain, arguments, modules in NETS:
        net = getattr(models, kind)(weights=None, **arguments).eval()
        net.load_state_dict({key: value if "num_batches" in key else by_rule(salt, key, value.shape, gain) for key, value in net.state_dict().items()})
        taps = {}
        for name in modules:
            net.get_submodule(name).register_forward_hook(lambda module, inputs, result, name=name: taps.update({name: result.clone()}))
        with torch.no_grad():
            y = net(torch.from_numpy(hashed(f"{salt}/input", 3 * size * size).astype(np.float32)).reshape(1, 3, size, size))
        listed = {name: dict(shape=list(t.shape), mean=t.double().mean().item(), std=t.double().std(unbiased=False).item(), absmax=t.abs().max().item())
                  for name, t in taps.items()}
        out.case(kind, dict(net=kind, args=arguments, size=size, params=sum(p.numel() for p in net.parameters()), gain=gain, salt=salt, taps=listed),
                 y=y, **{f"tap.{name}": t.flatten()[:64] for name, t in taps.items()})
    shapes = {"features.0.0.weight": (32, 3, 3, 3), "features.1.conv.0.1.weight": (32,), "classifier.1.bias": (1000,), "features.18.1.running_var": (1280,)}
    out.case("the first values of the weight rule", dict(net="rule_check", salt=salt), **{key: by_rule(salt, key, shape, 6.0).flatten()[:8] for key, shape in shapes.items()})


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for number, group in enumerate((conv2d, conv_transpose2d, batchnorm, activation, pool, blocks, preprocess, nets, conv2d_grad, optim)):
        torch.manual_seed(number)
        out = Writer(group.__name__)
        group(out)
        out.save(folder)


if __name__ == "__main__":
    main()
