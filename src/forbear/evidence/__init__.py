"""Evidence: a log in which any changed byte shows, and whose entries can be erased without breaking it.

Belongs here: the Merkle tree of RFC 6962, its proofs, signed checkpoints, and encryption under a
person's key. Does not: keys at rest, files, tables, clocks; keys and bytes are arguments.
"""
