"""PyTorch's side of the benchmark: the training loop that the paper's authors published, in our own words.

All models live in one tensor, `W[models, features, hidden]`, and are trained together: batched `einsum`, `autograd`,
AdamW, fresh uniform data every step. `bench` starts this program and speaks to it in lines:

    in   the experiment, as JSON                        out  {"version": ..., "threads": ...}
    in   a seed: train once, from a random start        out  {"seconds": ..., "losses": [tenths][models]}
    in   end of file: the end

Shapes of data are `[batch, models, features]`.
"""

import json
import math
import os
import queue
import sys
import threading
import time

import torch


class Models(torch.nn.Module):
    """Toy models of one shape: h = g(W x), x' = f(W^T h + b), or x' = f(W2 h + b) where untied."""

    def __init__(self, experiment):
        super().__init__()
        shape = experiment["architecture"]
        models = len(experiment["settings"]) * experiment["restarts"]
        n, m = shape["features"], shape["hidden"]
        deviation = experiment["initialScale"] * math.sqrt(2 / (n + m))
        self.hidden_relu = shape["hiddenActivation"] == "relu"
        self.output_relu = shape["output"] == "relu"
        self.W = torch.nn.Parameter(deviation * torch.randn(models, n, m))
        self.b = torch.nn.Parameter(torch.zeros(models, n))
        self.W2 = None
        if not shape["isTied"]:
            factor = experiment.get("initialDecoderFromEncoder")
            start = deviation * torch.randn(models, n, m) if factor is None else factor * self.W.detach().abs()
            self.W2 = torch.nn.Parameter(start)

    def forward(self, x):
        h = torch.einsum("bif,ifh->bih", x, self.W)
        if self.hidden_relu:
            h = torch.relu(h)
        y = torch.einsum("bih,ifh->bif", h, self.W if self.W2 is None else self.W2) + self.b
        return torch.relu(y) if self.output_relu else y


class Data:
    """What the models of an experiment are trained on: features that are zero or uniform, and their importance."""

    def __init__(self, experiment):
        def per_model(values):
            return torch.tensor([v for v in values for _ in range(experiment["restarts"])], dtype=torch.float32)

        settings = experiment["settings"]
        for setting in settings:
            if list(setting["data"]["features"]["dependence"]) != ["independent"]:
                raise SystemExit("torch_bench.py draws independent features only.")
            if list(setting["data"]["sampling"]) != ["fresh"]:
                raise SystemExit("torch_bench.py draws fresh samples only.")
            if setting["objective"]["hiddenPenalty"] or setting["objective"]["attackNorm"]:
                raise SystemExit("torch_bench.py knows neither penalties nor attacks.")
        self.batch = experiment["batchSize"]
        self.density = per_model([s["data"]["features"]["density"] for s in settings])
        self.importance = per_model([s["objective"]["importance"] for s in settings])
        self.signed = settings[0]["data"]["features"]["isSigned"]
        self.absolute = list(settings[0]["objective"]["target"]) == ["absoluteValue"]

    def draw(self):
        """Inputs and what the models should answer."""
        shape = (self.batch, *self.density.shape)
        value = torch.rand(shape)
        if self.signed:
            value = 2 * value - 1
        x = torch.where(torch.rand(shape) <= self.density, value, torch.zeros(()))
        return x, x.abs() if self.absolute else x


class Dictionaries(torch.nn.Module):
    """Sparse autoencoders of one shape: f = relu(E x + b), of which TopK keeps the largest, and x' = f D."""

    def __init__(self, experiment):
        super().__init__()
        shape = experiment["architecture"]
        count, latents, dimensions = len(experiment["settings"]), shape["hidden"], shape["features"]
        directions = torch.randn(count, latents, dimensions)
        directions /= directions.norm(dim=2, keepdim=True)
        self.E = torch.nn.Parameter(directions.clone())
        self.D = torch.nn.Parameter(directions.clone())
        self.b = torch.nn.Parameter(torch.zeros(count, 1, latents))
        objective = experiment["settings"][0]["objective"]
        self.penalty, self.active = objective["hiddenPenalty"], objective.get("active")

    def losses(self, x):
        """Each dictionary's mean loss over inputs `[dictionaries, batch, dimensions]`."""
        f = torch.relu(torch.baddbmm(self.b, x, self.E.transpose(1, 2)))
        if self.active is not None:
            values, places = torch.topk(f, self.active, dim=2, sorted=False)
            f = torch.zeros_like(f).scatter(2, places, values)
        error = torch.bmm(f, self.D) - x
        return ((error**2).sum(dim=2) + self.penalty * f.sum(dim=2)).mean(dim=1)

    @torch.no_grad()
    def before_step(self):
        """Takes from the gradient what would change the lengths of directions."""
        self.D.grad -= (self.D.grad * self.D).sum(dim=2, keepdim=True) * self.D

    @torch.no_grad()
    def after_step(self):
        self.D /= self.D.norm(dim=2, keepdim=True)


class Activations:
    """What dictionaries are trained on: features through a random model each."""

    def __init__(self, experiment):
        settings = experiment["settings"]
        self.batch = experiment["batchSize"]
        density = settings[0]["data"]["features"]["density"]
        self.density = torch.tensor(density, dtype=torch.float32)
        deviation = math.sqrt(2 / (len(density) + experiment["architecture"]["features"]))
        self.W = deviation * torch.randn(len(settings), len(density), experiment["architecture"]["features"])

    def draw(self):
        """Shape `[dictionaries, batch, dimensions]`."""
        shape = (self.W.shape[0], self.batch, len(self.density))
        x = torch.where(torch.rand(shape) <= self.density, torch.rand(shape), torch.zeros(()))
        return torch.bmm(x, self.W)


def train_dictionaries(experiment, steps):
    """The seconds that the steps take, and each dictionary's loss: the mean of each tenth of the steps."""
    dictionaries, data = Dictionaries(experiment), Activations(experiment)
    optimizer = torch.optim.AdamW(
        dictionaries.parameters(), lr=experiment["learningRate"]["peak"], betas=betas(experiment),
        eps=experiment["optimizer"]["epsilon"], weight_decay=experiment["optimizer"]["weightDecay"])
    history = []
    start = time.perf_counter()
    for _ in range(steps):
        optimizer.zero_grad()
        losses = dictionaries.losses(data.draw())
        losses.sum().backward()
        dictionaries.before_step()
        optimizer.step()
        dictionaries.after_step()
        history.append(losses.detach())
    return time.perf_counter() - start, tenths(history)


def betas(experiment):
    return experiment["optimizer"]["beta1"], experiment["optimizer"]["beta2"]


def tenths(history):
    return torch.stack(history).unflatten(0, (10, -1)).mean(dim=1) if len(history) % 10 == 0 else None


def train(experiment, data, steps):
    """The seconds that the steps take, and each model's loss: the mean of each tenth of the steps."""
    if data is None:
        return train_dictionaries(experiment, steps)
    models = Models(experiment)
    rate, settings = experiment["learningRate"], experiment["optimizer"]
    if rate["schedule"] != "constant":
        raise SystemExit("torch_bench.py keeps the learning rate constant.")
    optimizer = torch.optim.AdamW(
        models.parameters(), lr=rate["peak"], betas=betas(experiment),
        eps=settings["epsilon"], weight_decay=settings["weightDecay"])
    history = []
    start = time.perf_counter()
    for _ in range(steps):
        optimizer.zero_grad()
        x, target = data.draw()
        error = data.importance * (target - models(x)) ** 2
        losses = error.sum(dim=2).mean(dim=0)
        losses.sum().backward()
        optimizer.step()
        history.append(losses.detach())
    seconds = time.perf_counter() - start
    return seconds, tenths(history)


def answer(**values):
    print(json.dumps(values), flush=True)


def input_lines():
    """The lines of standard input. The program ends with its input, in the middle of training if it must."""
    lines = queue.SimpleQueue()

    def read():
        for line in sys.stdin:
            lines.put(line)
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    while True:
        yield lines.get()


def main():
    lines = input_lines()
    experiment = json.loads(next(lines))
    data = None if experiment["architecture"].get("dictionary") else Data(experiment)
    train(experiment, data, steps=2)  # Warm-up.
    answer(version=torch.__version__, threads=torch.get_num_threads())
    for line in lines:
        torch.manual_seed(int(line))
        seconds, losses = train(experiment, data, experiment["steps"])
        answer(seconds=seconds, losses=losses.tolist())


if __name__ == "__main__":
    main()
