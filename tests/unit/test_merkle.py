"""The Merkle tree against the published vectors of RFC 6962's reference implementation."""

from __future__ import annotations

import pytest

from forbear.errors import InputError
from forbear.evidence.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def hexes(hashes: list[bytes]) -> list[str]:
    return [item.hex() for item in hashes]


def test_an_empty_log_has_the_root_of_nothing():
    """The root of no entries is the hash of the empty string."""
    assert root([]) == EMPTY_ROOT
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_the_published_ones(size):
    """Each prefix of the published entries has its published root."""
    assert root(LEAVES[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [
        (0, 1, []),
        (
            0,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
        (
            1,
            5,
            [
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ],
)
def test_inclusion_proofs_are_the_published_ones(index, size, path):
    """A proof of inclusion has the published path, and that path verifies."""
    assert hexes(inclusion_proof(LEAVES[:size], index)) == path
    assert verify_inclusion(
        leaf=LEAVES[index],
        index=index,
        size=size,
        proof=[bytes.fromhex(step) for step in path],
        root=bytes.fromhex(ROOTS[size - 1]),
    )


@pytest.mark.parametrize(
    ("old_size", "size", "path"),
    [
        (1, 1, []),
        (
            1,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            6,
            8,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            5,
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ],
)
def test_consistency_proofs_are_the_published_ones(old_size, size, path):
    """A proof of consistency has the published path, and that path verifies."""
    assert hexes(consistency_proof(LEAVES[:size], old_size)) == path
    assert verify_consistency(
        old_size=old_size,
        old_root=bytes.fromhex(ROOTS[old_size - 1]),
        size=size,
        root=bytes.fromhex(ROOTS[size - 1]),
        proof=[bytes.fromhex(step) for step in path],
    )


@pytest.mark.parametrize("index", [-1, 8])
def test_an_entry_that_is_not_there_has_no_proof(index):
    """Asking for the proof of an entry outside the log says how long the log is."""
    with pytest.raises(InputError, match=f"no entry {index} in a log of 8"):
        inclusion_proof(LEAVES, index)
    assert not verify_inclusion(leaf=LEAVES[0], index=index, size=8, proof=[], root=root(LEAVES))


@pytest.mark.parametrize("old_size", [0, 9])
def test_a_size_that_never_was_has_no_proof(old_size):
    """A log can only be proved consistent with a size that it had."""
    with pytest.raises(InputError, match=f"no earlier size {old_size}"):
        consistency_proof(LEAVES, old_size)
    assert not verify_consistency(
        old_size=old_size, old_root=root(LEAVES), size=8, root=root(LEAVES), proof=[]
    )


def test_a_proof_that_is_too_long_or_too_short_fails():
    """Neither a step more nor a step less than the path is accepted."""
    proof, whole, old = inclusion_proof(LEAVES, 3), root(LEAVES), root(LEAVES[:4])
    common = {"leaf": LEAVES[3], "index": 3, "size": 8, "root": whole}
    assert not verify_inclusion(**common, proof=proof[:-1])
    assert not verify_inclusion(**common, proof=[*proof, whole])

    proof = consistency_proof(LEAVES, 4)
    sizes = {"old_size": 4, "old_root": old, "size": 8, "root": whole}
    assert verify_consistency(**sizes, proof=proof)
    assert not verify_consistency(**sizes, proof=[])
    assert not verify_consistency(**sizes, proof=[*proof, whole])
    assert not verify_consistency(**sizes | {"old_size": 3}, proof=[])


def test_a_frontier_has_one_peak_for_each_bit_of_its_size():
    """A frontier that cannot be of a log of its size is refused."""
    with pytest.raises(InputError, match="2 peaks"):
        Frontier(3, (LEAVES[0],))
