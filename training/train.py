"""Trains the student on the teacher's vectors.

    torchrun --nproc-per-node 2 train.py TEACHER CACHE OUT --steps 2400 [--dev stsb-en-dev.csv]

CACHE holds NAME.txt and NAME.f32 of corpus.py and teach.mjs. The dev set is only looked at, never trained on: the checkpoint with the best figure is kept.
Two processes of one thread each share a batch: on a machine with other work, two threads of one process wait for each other after every operation.
"""

import argparse
import math
import time
from datetime import timedelta
from pathlib import Path

import numpy as np
import torch
import torch.distributed as distributed
from evaluate import pairs_of, spearman, student_vectors
from student import choose_vocabulary, make_student, make_tokenizer, principal_directions, save_student, word_vectors
from torch.nn.functional import normalize

SEED = 13
BATCH = 128  # texts per process
POOL = 64  # number of batches that are sorted by length together, to reduce padding
LEARNING_RATE = 2e-3
WARM_UP = 200
EVALUATE = 150  # steps between evaluations on the dev set
RELATIONS = 20.0  # weight of the loss on similarities


def read_corpus(cache: Path):
    """The texts, and the teacher's vectors of them: (texts, 384)."""
    texts, vectors = [], []
    for path in sorted(cache.glob("*.txt")):
        if not path.with_suffix(".f32").exists() or path.stem == "evaluation":
            continue
        known = np.fromfile(path.with_suffix(".f32"), np.float32)
        known = known[: len(known) // 384 * 384].reshape(-1, 384)
        texts += path.read_text("utf-8").splitlines()[: len(known)]
        vectors.append(known.astype(np.float16))
    return texts, np.concatenate(vectors)


def batches(lengths: np.ndarray, size: int, generator: np.random.Generator):
    """Endless batches of indices, one epoch after the other."""
    while True:
        order = generator.permutation(len(lengths))
        for pool in np.array_split(order, math.ceil(len(order) / (size * POOL))):
            pool = pool[np.argsort(lengths[pool], kind="stable")]
            parts = [pool[start : start + size] for start in range(0, len(pool), size)]
            for index in generator.permutation(len(parts)):
                yield parts[index]


def pad(ids: list[list[int]]):
    longest = max(map(len, ids))
    tokens = torch.zeros(len(ids), longest, dtype=torch.long)
    for row, value in enumerate(ids):
        tokens[row, : len(value)] = torch.tensor(value)
    return tokens, (torch.arange(longest) < torch.tensor([len(value) for value in ids])[:, None]).long()


def encode(student, tokens, mask):
    hidden = student(tokens, mask).last_hidden_state  # (batch, tokens, HIDDEN)
    weights = mask.unsqueeze(-1)
    return normalize((hidden * weights).sum(1) / weights.sum(1))


def distance(vectors, teacher, directions):
    """The loss of a batch: its distance to the teacher's vectors, and to the similarities between them."""
    target = normalize(teacher @ directions)  # (batch, HIDDEN)
    away = 1 - (vectors * target).sum(1).mean()
    relations = (vectors @ vectors.T - teacher @ teacher.T).square().mean()
    return away, relations


def average_gradients(student, processes: int):
    gradients = [value.grad for value in student.parameters()]
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    distributed.all_reduce(flat)
    for gradient, part in zip(gradients, flat.split([gradient.numel() for gradient in gradients]), strict=True):
        gradient.copy_(part.view_as(gradient) / processes)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("teacher")
    parser.add_argument("cache", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--dev", type=Path)
    options = parser.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    distributed.init_process_group("gloo", timeout=timedelta(hours=6))
    rank, processes = distributed.get_rank(), distributed.get_world_size()

    texts, vectors = read_corpus(options.cache)
    vocabulary = choose_vocabulary(options.teacher, texts)
    tokenizer = make_tokenizer(vocabulary)
    ids = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
    lengths = np.array([len(value) for value in ids])
    if rank == 0:
        print(len(texts), "texts,", lengths.sum(), "tokens,", len(vocabulary), "words", flush=True)

    directions = principal_directions(vectors.astype(np.float32))
    student = make_student(word_vectors(options.teacher, vocabulary, directions)).train()
    directions = torch.from_numpy(directions)
    decayed = [value for name, value in student.named_parameters() if value.ndim == 2 and "embeddings" not in name]
    others = [value for name, value in student.named_parameters() if not (value.ndim == 2 and "embeddings" not in name)]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}], betas=(0.9, 0.98), fused=True)

    best, started = -1.0, time.time()
    source = batches(lengths, BATCH * processes, np.random.default_rng(SEED))
    dev = pairs_of(options.dev) if options.dev else None
    sums = np.zeros(2)
    for step in range(1, options.steps + 1):
        rate = LEARNING_RATE * min(step / WARM_UP, 0.5 + 0.5 * math.cos(math.pi * step / options.steps) + 0.01)
        for group in optimizer.param_groups:
            group["lr"] = rate
        batch = next(source)[rank::processes]
        teacher = torch.from_numpy(vectors[batch].astype(np.float32))
        away, relations = distance(encode(student, *pad([ids[index] for index in batch])), teacher, directions)
        optimizer.zero_grad()
        (away + RELATIONS * relations).backward()
        average_gradients(student, processes)
        torch.nn.utils.clip_grad_norm_(student.parameters(), 1.0)
        optimizer.step()
        sums += (away.item(), relations.item())
        if rank == 0 and (step % EVALUATE == 0 or step == options.steps):
            figure = spearman(dev, student_vectors(student, tokenizer)) if dev else 0.0
            print(f"step {step} away {sums[0] / EVALUATE:.4f} relations {sums[1] / EVALUATE:.5f} dev {figure:.2f} after {time.time() - started:.0f} s", flush=True)
            sums[:] = 0
            if not dev or figure > best:
                best = figure
                save_student(options.out, student, tokenizer)
    distributed.destroy_process_group()


if __name__ == "__main__":
    main()
