"""What holds for every log: proofs verify, and nothing else does."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from forbear.evidence.merkle import (
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

SIZES = st.integers(1, 70)


def leaves_of(size: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(size)]


def plain_root(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962, 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(plain_root(leaves[:split]), plain_root(leaves[split:]))


@given(size=st.integers(0, 200), cut=st.integers(0, 200))
def test_a_frontier_grows_to_the_root_of_the_definition(size, cut):
    """However the entries arrive, the root is that of the definition."""
    leaves = leaves_of(size)
    frontier = Frontier().extend(leaves[:cut]).extend(leaves[cut:])

    assert frontier.root == plain_root(leaves)


@given(size=SIZES, data=st.data())
def test_inclusion_verifies_for_its_own_place_alone(size, data):
    """A proof shows its entry at its place in its log, and nothing else."""
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1))
    leaves = leaves_of(size)
    proof = inclusion_proof(leaves, index)
    claim = {"leaf": leaves[index], "index": index, "size": size, "proof": proof, "root": root(leaves)}

    assert verify_inclusion(**claim)
    assert verify_inclusion(**claim | {"index": other}) is (other == index)
    assert verify_inclusion(**claim | {"leaf": leaves[other]}) is (other == index)
    assert not verify_inclusion(**claim | {"root": leaf_hash(b"another")})


@given(size=SIZES, data=st.data())
def test_consistency_verifies_for_a_log_that_was_only_added_to(size, data):
    """A later log proves every earlier root of its own, and no root of a log that was changed."""
    old_size = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, old_size - 1))
    leaves = leaves_of(size)
    rewritten = [*leaves]
    rewritten[changed] = leaf_hash(b"rewritten")
    claim = {"old_size": old_size, "old_root": root(leaves[:old_size]), "size": size}

    assert verify_consistency(**claim, root=root(leaves), proof=consistency_proof(leaves, old_size))
    assert not verify_consistency(**claim, root=root(rewritten), proof=consistency_proof(rewritten, old_size))


@given(size=st.integers(2, 70), data=st.data())
def test_a_changed_step_breaks_a_proof(size, data):
    """Any other hash in the path, and the proof fails."""
    leaves = leaves_of(size)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(leaves, index)
    step = data.draw(st.integers(0, len(proof) - 1))
    proof[step] = leaf_hash(b"another")

    assert not verify_inclusion(leaf=leaves[index], index=index, size=size, proof=proof, root=root(leaves))
