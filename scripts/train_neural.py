"""Train the recurrent half of the English model, from the same texts as the n-gram half and over its vocabulary.

    python -m scripts.train_neural [FOLDER] [--epochs N | --minutes M] [--checkpoint FILE] [--out FILE]

FOLDER holds conv, expo, fict, blog and tech as .txt.xz and the dev_ files (default: ../shared/corpus). Needs PyTorch, which the
package itself does not; runs on a GPU where there is one. Stopped and started again, it goes on from the checkpoint. With
`--epochs` the same texts, settings and device give the same weights; `--minutes` fits the schedule to the clock instead.
`--epochs 0` only writes the model in the checkpoint.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn.functional import embedding

from autocomplete.embedded.array_file import save
from autocomplete.embedded.neural.component import Mixture
from autocomplete.embedded.neural.weights import NetworkWeights, pack_weights
from autocomplete.embedded.ngram.lexicon import Lexicon
from autocomplete.embedded.ngram.vocabulary import END_ID, START_ID
from scripts.neural_corpus import REGISTERS, EncodedCorpus, Ids, documents, read_corpus, streams

ROOT = Path(__file__).resolve().parent.parent
DEV = (*REGISTERS, "ood")

#: Units of each dev file that are predicted.
N_DEV = 3000

#: Share of the schedule in which the learning rate rises.
WARM_UP = 0.04

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """The shape and training of the network. `n_units`: units with a class of their own; all others are one class.

    `width`: of embeddings; `state`: of the recurrent state. A step takes `length` units of each of `n_streams` texts.
    `n_samples`: units that compete for the next place in one step, on average; the most frequent ones always do.
    """

    n_units: int = 8_192
    width: int = 128
    state: int = 384
    n_streams: int = 64
    length: int = 32
    n_samples: int = 2048
    rate: float = 3e-3
    decay: float = 0.01
    dropout: float = 0.0
    seed: int = 1


class TorchNetwork(nn.Module):
    """Embedding, GRU, projection back to the width of the embedding, which also scores the units. Class 0 is "other"."""

    def __init__(self, settings: TrainingSettings, frequencies: Tensor) -> None:
        super().__init__()
        n_classes = settings.n_units + 1
        self.embedding = nn.Embedding(n_classes, settings.width)
        nn.init.normal_(self.embedding.weight, std=0.1)
        self.recurrent = nn.GRU(settings.width, settings.state)
        self.projection = nn.Linear(settings.state, settings.width)
        self.bias = nn.Parameter(frequencies.clamp_min(1e-8).log())
        self.dropout = nn.Dropout(settings.dropout)

    def forward(self, classes: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """Return the projected outputs and the state after `classes`, of shape (length, streams)."""
        outputs, state = self.recurrent(self.dropout(self.embedding(classes)), state)
        return self.projection(self.dropout(outputs)), state


def sampled_loss(network: TorchNetwork, outputs: Tensor, targets: Tensor, included: Tensor) -> Tensor:
    """Return the mean cross-entropy in nats, estimated from a sample of the classes.

    `included[i]`: probability that class i is in the sample. Each sampled class counts 1 / included times, so the estimated
    normaliser is unbiased (Horvitz and Thompson 1952); the target itself is always counted, once.
    """
    sample = torch.nonzero(torch.rand(included.shape) < included).squeeze(1)  # on the CPU, whose generator is saved
    at = torch.full(included.shape, -1)
    at[sample] = torch.arange(len(sample))
    shift = included[sample].log().to(outputs.device)
    sample, at = sample.to(outputs.device), at.to(outputs.device)
    # Rows are taken by `embedding`, whose gradient, unlike that of indexing, is the same every time with several threads.
    weight, bias = network.embedding.weight, network.bias.unsqueeze(1)
    with torch.autocast(outputs.device.type, torch.bfloat16):
        scores = outputs @ embedding(sample, weight).t()
    scores = scores.float() + (embedding(sample, bias)[:, 0] - shift)
    right = (outputs * embedding(targets, weight)).sum(1) + embedding(targets, bias)[:, 0]
    column = at[targets]
    rows = torch.nonzero(column >= 0).squeeze(1)
    scores = scores.index_put((rows, column[rows]), scores.new_tensor(-math.inf))
    return (torch.logaddexp(torch.logsumexp(scores, 1), right) - right).mean()


def inclusion(frequencies: Tensor, n_samples: int) -> Tensor:
    """Return probabilities of being sampled, proportional to the root of the frequency, at most 1; they sum to `n_samples`."""
    root = frequencies.clamp_min(1e-8).sqrt()
    scale = n_samples / float(root.sum())
    for _ in range(50):
        scale *= n_samples / float((root * scale).clamp_max(1.0).sum())
    included = (root * scale).clamp_max(1.0)
    included[0] = 1.0
    return included


def rate_at(progress: float) -> float:
    """Return the share of the highest learning rate at a share of the schedule: a short rise, then half a cosine."""
    if progress < WARM_UP:
        return progress / WARM_UP
    return max(0.01, 0.5 + 0.5 * math.cos(math.pi * min(1.0, (progress - WARM_UP) / (1 - WARM_UP))))


@dataclass(frozen=True, slots=True)
class DevPredictions:
    """Probabilities by both models at each unit of a text: of that unit, and of the likeliest one."""

    ngram: Floats
    neural: Floats
    ngram_largest: Floats
    neural_largest: Floats

    def perplexities(self) -> tuple[float, float, float]:
        """Return the perplexity of the n-gram model, of the network, and of both with equal weights."""
        rows = self.ngram, self.neural, 0.5 * self.ngram + 0.5 * self.neural
        ngram, neural, both = (float(np.exp(-np.log(row).mean())) for row in rows)
        return ngram, neural, both


class DevText:
    """The first units of a dev file, with the probability of each by the n-gram model."""

    def __init__(self, texts: Sequence[Ids], n: int, lexicon: Lexicon, classes: npt.NDArray[np.int64]) -> None:
        self.ids = np.concatenate(texts)[:n].astype(np.int64)
        others = np.flatnonzero(classes == 0)
        history: list[int] = [START_ID]
        rows = []
        for before, unit in pairwise(self.ids.tolist()):
            history = [START_ID] if before in (START_ID, END_ID) else [*history[1 - lexicon.model.order :], before]
            distribution = lexicon.model.distribution(history[1 - lexicon.model.order :])
            rows.append((distribution[unit], distribution[others].sum(), distribution.max()))
        self.ngram, self.other, self.largest = np.array(rows, dtype=np.float64).T

    def predict(self, network: TorchNetwork, classes: Tensor, device: torch.device) -> DevPredictions:
        """Return the predictions of every unit but the start marks; the state goes on from unit to unit."""
        rows = classes[torch.from_numpy(self.ids)].to(device)
        with torch.no_grad():
            outputs, _ = network(rows[:-1, None], torch.zeros(1, 1, network.recurrent.hidden_size, device=device))
            scores = outputs[:, 0] @ network.embedding.weight.t() + network.bias
            scores[:, classes[START_ID]] = -math.inf  # never typed
            logprobs = torch.log_softmax(scores, 1).double()
            neural = logprobs.gather(1, rows[1:, None])[:, 0].exp().cpu().numpy()
            largest = logprobs.max(1).values.exp().cpu().numpy()
        neural = np.where(rows[1:].cpu().numpy() == 0, neural * self.ngram / np.maximum(self.other, 1e-12), neural)
        counted = self.ids[1:] != START_ID
        return DevPredictions(self.ngram[counted], neural[counted], self.largest[counted], largest[counted])


def fitted_mixture(predictions: Sequence[DevPredictions]) -> Mixture:
    """Return the mixture under which the texts are likeliest, each text counting the same."""
    rows = []
    for text in predictions:
        columns = text.ngram, text.neural, np.log(text.ngram_largest), np.log(text.neural_largest)
        weight = np.full(len(text.ngram), 1.0 / len(text.ngram))
        rows.append(np.stack([*columns, weight], axis=1))
    ngram, neural, ngram_largest, neural_largest, weights = torch.from_numpy(np.concatenate(rows)).T
    parameters = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([parameters], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> float:
        optimiser.zero_grad()
        share = torch.sigmoid(parameters[0] + parameters[1] * ngram_largest + parameters[2] * neural_largest)
        value = -(weights * (share * ngram + (1.0 - share) * neural).log()).sum()
        value.backward()
        return float(value.detach())

    optimiser.step(loss)  # type: ignore[no-untyped-call] # torch
    return Mixture(*(round(value, 4) for value in parameters.tolist()))


class Trainer:
    """The network, the optimiser and how far they are in the texts; saved whole, so that training can go on."""

    def __init__(self, corpus: EncodedCorpus, settings: TrainingSettings, device: torch.device) -> None:
        torch.manual_seed(settings.seed)
        self.settings, self.corpus, self.device = settings, corpus, device
        frequencies = torch.from_numpy(corpus.frequencies).float()
        self.classes = torch.from_numpy(corpus.classes)
        self.network = TorchNetwork(settings, frequencies).to(device)
        self.optimiser = torch.optim.AdamW(
            self.network.parameters(), lr=settings.rate, weight_decay=settings.decay, betas=(0.9, 0.99), fused=True
        )
        self.included = inclusion(frequencies, settings.n_samples)
        self.state = torch.zeros(1, settings.n_streams, settings.state, device=device)
        self.epoch = self.at = self.n_steps = 0
        self.elapsed_s = 0.0

    @property
    def n_units(self) -> int:
        """How many units have been trained on so far, those of later epochs counted again."""
        return self.n_steps * self.settings.n_streams * self.settings.length

    def save(self, path: Path) -> None:
        """Write all that is needed to go on."""
        partial = path.with_name(path.name + ".partial")
        torch.save(
            {
                "settings": asdict(self.settings),
                "network": self.network.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "place": (self.state, self.epoch, self.at, self.n_steps, self.elapsed_s),
                "random": torch.get_rng_state(),
            },
            partial,
        )
        partial.replace(path)

    def load(self, path: Path) -> None:
        """Go on from what `save` wrote. Raises ValueError where it was made with other settings."""
        saved: dict[str, Any] = torch.load(path, map_location=self.device, weights_only=True)
        if saved["settings"] != asdict(self.settings):
            raise ValueError(f"{path} was made with {saved['settings']}; give these settings or another --checkpoint")
        self.network.load_state_dict(saved["network"])
        self.optimiser.load_state_dict(saved["optimiser"])
        self.state, self.epoch, self.at, self.n_steps, self.elapsed_s = saved["place"]
        torch.set_rng_state(saved["random"].cpu())

    def steps(self, n_epochs: float, limit_s: float) -> Iterator[float]:
        """Train, and yield the loss of each step, until the epochs or the seconds are over."""
        length = self.settings.length
        while True:
            ids = streams(self.corpus.texts, self.settings.n_streams, (self.settings.seed, self.epoch))
            columns = self.classes[torch.from_numpy(ids.astype(np.int64))].to(self.device)
            per_epoch = (len(columns) - 1) // length
            while self.at < per_epoch:
                progress = max(self.n_steps / max(1.0, n_epochs * per_epoch), self.elapsed_s / limit_s)
                if progress >= 1.0 or not n_epochs:
                    return
                began = time.perf_counter()
                begin = self.at * length
                loss = self.step(columns[begin : begin + length + 1], self.settings.rate * rate_at(progress))
                self.at += 1
                self.n_steps += 1
                self.elapsed_s += time.perf_counter() - began
                yield loss
            self.epoch, self.at = self.epoch + 1, 0

    def step(self, rows: Tensor, rate: float) -> float:
        """Take one step of the optimiser over `length` units of each stream and return the loss."""
        self.network.train()
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        outputs, state = self.network(rows[:-1], self.state)
        self.state = state.detach()
        loss = sampled_loss(self.network, outputs.flatten(0, 1), rows[1:].flatten(), self.included)
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call] # torch
        nn.utils.clip_grad_norm_(self.network.parameters(), 0.5)
        self.optimiser.step()
        return float(loss.detach())


def say(line: str) -> None:
    """Print a line with the time of day."""
    sys.stdout.write(f"{time.strftime('%H:%M:%S')}  {line}\n")
    sys.stdout.flush()


def main() -> None:
    """Train, log, and write checkpoints on the way and the model at the end."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT.parent / "shared" / "corpus")
    parser.add_argument("--out", type=Path, default=ROOT / "autocomplete" / "data" / "english.neural")
    parser.add_argument("--ngram", type=Path, default=ROOT / "autocomplete" / "data" / "english.ngram")
    parser.add_argument("--checkpoint", type=Path, default=Path("neural.checkpoint"))
    parser.add_argument("--cache", type=Path, default=Path("neural.corpus.npz"), help="the texts, encoded")
    parser.add_argument("--epochs", type=float, default=2.0)
    parser.add_argument("--minutes", type=float, default=math.inf, help="stop after these minutes, if sooner")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--log-every", type=int, default=500, help="steps between checkpoints")
    for name, value in asdict(TrainingSettings()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.set_float32_matmul_precision("high")
    settings = TrainingSettings(**{name: getattr(arguments, name) for name in asdict(TrainingSettings())})
    sources = []
    for path in (arguments.ngram, *(arguments.folder / f"{register}.txt.xz" for register in REGISTERS)):
        sources.append({"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()})
        say("{sha256}  {name}".format(**sources[-1]))
    lexicon = Lexicon.open(arguments.ngram)
    corpus = read_corpus(arguments.folder, arguments.cache, lexicon.vocabulary, settings.n_units, say)
    dev = {
        name: DevText(documents(arguments.folder / f"dev_{name}.txt.xz", lexicon.vocabulary), N_DEV, lexicon, corpus.classes)
        for name in DEV
    }
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    trainer = Trainer(corpus, settings, device)
    if arguments.checkpoint.exists():
        trainer.load(arguments.checkpoint)
    say(f"{device}, {sum(p.numel() for p in trainer.network.parameters())} parameters, {settings}")
    losses: list[float] = []
    for loss in trainer.steps(arguments.epochs, 60 * arguments.minutes):
        losses.append(loss)
        if trainer.n_steps % arguments.log_every == 0:
            report(trainer, losses, dev)
            trainer.save(arguments.checkpoint)
            losses.clear()
    predictions = report(trainer, losses, dev)
    trainer.save(arguments.checkpoint)
    mixture = fitted_mixture(predictions)
    say(str(mixture))
    facts = {
        "mixture": asdict(mixture),
        "settings": asdict(settings),
        "n_units_seen": trainer.n_units,
        "sources": sources,
    }
    save(arguments.out, pack_weights(weights_of(trainer.network, corpus.classes), lexicon.vocabulary, facts))
    data = arguments.out.read_bytes()
    say(f"{len(data)} bytes  {hashlib.sha256(data).hexdigest()}  {arguments.out.name}")


def weights_of(network: TorchNetwork, classes: npt.NDArray[np.int64]) -> NetworkWeights:
    """Return the weights as arrays."""
    values = {name: value.detach().float().cpu().numpy() for name, value in network.state_dict().items()}
    return NetworkWeights(
        units=np.flatnonzero(classes),
        embedding=values["embedding.weight"].T,
        inputs=values["recurrent.weight_ih_l0"].T,
        inputs_bias=values["recurrent.bias_ih_l0"],
        recurrent=values["recurrent.weight_hh_l0"].T,
        recurrent_bias=values["recurrent.bias_hh_l0"],
        projection=values["projection.weight"].T,
        projection_bias=values["projection.bias"],
        bias=values["bias"],
    )


def report(trainer: Trainer, losses: Sequence[float], dev: dict[str, DevText]) -> list[DevPredictions]:
    """Print how far training is and what it has reached, and return the predictions of the dev texts."""
    trainer.network.eval()
    predictions = [text.predict(trainer.network, trainer.classes, trainer.device) for text in dev.values()]
    perplexities = dict(zip(dev, (text.perplexities() for text in predictions), strict=True))
    n_units = trainer.n_units
    mean = [math.exp(sum(math.log(p[i]) for p in perplexities.values()) / len(perplexities)) for i in range(3)]
    loss = sum(losses) / max(1, len(losses))
    speed = n_units / max(1.0, trainer.elapsed_s)
    say(
        f"step {trainer.n_steps} epoch {trainer.epoch} {n_units / 1e6:.2f}M units {speed:.0f}/s loss {loss:.3f}; "
        f"perplexity n-gram/network/both, mean {mean[0]:.1f}/{mean[1]:.1f}/{mean[2]:.1f} "
        + " ".join(f"{name} {p[0]:.0f}/{p[1]:.0f}/{p[2]:.0f}" for name, p in perplexities.items())
    )
    return predictions


if __name__ == "__main__":
    main()
