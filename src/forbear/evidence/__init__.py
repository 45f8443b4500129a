"""The Merkle log: leaves, roots, signed checkpoints, encryption under a per-person key."""
